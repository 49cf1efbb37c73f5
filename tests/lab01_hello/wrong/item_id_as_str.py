# The id stays the text it was.
# fails: path_parameter
# says: item_id: int
# points: 10

# %% path_parameter
@app.get("/items/{item_id}")
def read_item(item_id: str):
    """Repeat the id that stands in the path."""
    return {"item_id": item_id}
