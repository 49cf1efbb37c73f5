# The path takes numbers only, so a word is not found instead of refused.
# fails: path_parameter
# says: expected  422
# points: 11

# %% path_parameter
@app.get("/items/{item_id:int}")
def read_item(item_id: int):
    """Repeat the id that stands in the path."""
    return {"item_id": item_id}
