# Both routes stand in the section path_parameter; route_order is untouched.
# points: 12

# %% path_parameter
@app.get("/items/latest")
def read_latest():
    """Return the item that came last."""
    return ITEMS[-1]


@app.get("/items/{item_id}")
def read_item(item_id: int):
    """Repeat the id that stands in the path."""
    return {"item_id": item_id}

# %% route_order
@app.get("/items/latest")
def read_latest():
    """Return the item that came last."""
    # YOUR CODE: about 1 line
    raise NotImplementedError
