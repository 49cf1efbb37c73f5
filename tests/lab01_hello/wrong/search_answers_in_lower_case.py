# q comes back in lower case.
# fails: optional_query
# says: answer with q as it was sent
# points: 11.56

# %% optional_query
# GET /search?q=   the items whose name contains q
@app.get("/search")
def search(q: Annotated[str | None, Query(max_length=50)] = None):
    """Find the items whose name contains q, in upper or lower case."""
    if q is None:
        return {"q": None, "results": []}
    q = q.lower()
    return {"q": q, "results": [item for item in ITEMS if q.lower() in item["item_name"].lower()]}
