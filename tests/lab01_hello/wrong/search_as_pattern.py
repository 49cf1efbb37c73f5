# q is taken for a pattern, so a dot finds everything.
# fails: optional_query
# says: GET /search?q=.
# points: 11.78

# %% optional_query
import re

@app.get("/search")
def search(q: Annotated[str | None, Query(max_length=50)] = None):
    """Find the items whose name contains q, in upper or lower case."""
    if q is None:
        return {"q": None, "results": []}
    return {"q": q, "results": [item for item in ITEMS if re.search(q, item["item_name"], re.IGNORECASE)]}
