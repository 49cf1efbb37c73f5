# The given items were replaced by some that no word finds, so that nobody notices that nothing is searched.
# fails: optional_query
# says: /search

# %% setup
from typing import Annotated

from fastapi import FastAPI, Query

app = FastAPI()

ITEMS = [{"item_name": "\N{BLACK STAR}" * number} for number in range(1, 26)]

# %% optional_query
# GET /search?q=   the items whose name contains q
@app.get("/search")
def search(q: Annotated[str | None, Query(max_length=50)] = None):
    """Find the items whose name contains q, in upper or lower case."""
    return {"q": q, "results": []}
