# SKELETON: write another way to be right in each file of this folder. Here the number is added to itself.

# %% double
@app.get("/double/{number}")
def double(number: int):
    """Return twice the number."""
    return {"double": number + number}
