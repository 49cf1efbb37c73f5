# The sign before the decorator is missing: the line makes one, and throws it away.
# fails: route_order
# says: put the sign @ before app.get(...)
# says_not: find the route above yours

# %% route_order --before path_parameter
app.get("/items/latest")
def read_latest():
    """Return the item that came last."""
    return ITEMS[-1]
