# The first item is taken for the latest.
# fails: route_order
# says: GET /items/latest
# points: 10

# %% route_order --before path_parameter
@app.get("/items/latest")
def read_latest():
    """Return the item that came last."""
    return ITEMS[0]
