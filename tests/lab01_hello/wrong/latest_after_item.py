# The route of /items/{item_id} stands above and takes the request.
# fails: route_order
# says: find the route above yours
# points: 10

# %% route_order
@app.get("/items/latest")
def read_latest():
    """Return the item that came last."""
    return ITEMS[-1]
