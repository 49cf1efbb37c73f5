# The latest item comes in a list of one.
# fails: route_order
# says: not with a list of one
# points: 10

# %% route_order --before path_parameter
@app.get("/items/latest")
def read_latest():
    """Return the item that came last."""
    return ITEMS[-1:]
