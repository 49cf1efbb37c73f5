# The function converts the id itself, so a word raises.
# fails: path_parameter
# says: leave the conversion to the annotation
# points: 11

# %% path_parameter
@app.get("/items/{item_id}")
def read_item(item_id: str):
    """Repeat the id that stands in the path."""
    return {"item_id": int(item_id)}
