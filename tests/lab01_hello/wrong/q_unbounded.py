# q may be as long as it likes.
# fails: optional_query
# says: bound the length
# points: 11.56

# %% optional_query
# GET /search?q=   the items whose name contains q
@app.get("/search")
def search(q: str | None = None):
    """Find the items whose name contains q, in upper or lower case."""
    if q is None:
        return {"q": None, "results": []}
    return {"q": q, "results": [item for item in ITEMS if q.lower() in item["item_name"].lower()]}
