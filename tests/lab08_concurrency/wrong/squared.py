# The number is squared. SKELETON: write one plausible mistake in each file of this folder
# fails: double
# says: number ** 2 is the square

# %% double
@app.get("/double/{number}")
def double(number: int):
    """Return twice the number."""
    return {"double": number**2}
