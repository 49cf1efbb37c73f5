"""TITLE."""

# %% setup
from fastapi import FastAPI

app = FastAPI(title="TITLE")


# %% double
# SKELETON: write a section for each exercise; what is outside of its solution regions stands in the stub
@app.get("/double/{number}")
def double(number: int):
    """Return twice the number."""
    # BEGIN SOLUTION
    return {"double": 2 * number}
    # END SOLUTION
