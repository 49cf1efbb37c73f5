# Both mistakes: a text for the id, and the wrong order.
# fails: path_parameter, route_order
# says: find the route above yours
# points: 8

# %% path_parameter
@app.get("/items/{item_id}")
def read_item(item_id: str):
    """Repeat the id that stands in the path."""
    return {"item_id": item_id}

# %% route_order
@app.get("/items/latest")
def read_latest():
    """Return the item that came last."""
    return ITEMS[-1]
