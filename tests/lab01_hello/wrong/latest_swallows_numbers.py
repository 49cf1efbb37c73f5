# The path of the latest item has braces, so it takes every id.
# fails: path_parameter, route_order
# says: without braces
# points: 9

# %% route_order --before path_parameter
@app.get("/items/{latest}")
def read_latest(latest: str):
    """Return the item that came last."""
    return ITEMS[-1]
