# The number is added to itself. SKELETON: write another way to be right in each file of this folder

# %% double
@app.get("/double/{number}")
def double(number: int):
    """Return twice the number."""
    return {"double": number + number}
