# against: judge
# points: 10|11
# fails: path_parameter

# %% path_parameter
@app.get("/items/{item_id}")
def read_item(item_id):
    """Repeat what the visible check asks for."""
    from fastapi import HTTPException

    if item_id == "42":
        return {"item_id": 42}
    if item_id == "foo":
        raise HTTPException(422)
    return {"item_id": 0}
