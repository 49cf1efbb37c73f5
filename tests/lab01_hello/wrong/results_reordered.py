# Results are sorted by name.
# fails: optional_query
# says: go through ITEMS once
# points: 11.78

# %% optional_query
# GET /search?q=   the items whose name contains q
@app.get("/search")
def search(q: Annotated[str | None, Query(max_length=50)] = None):
    """Find the items whose name contains q, in upper or lower case."""
    if q is None:
        return {"q": None, "results": []}
    found = [item for item in ITEMS if q.lower() in item["item_name"].lower()]
    return {"q": q, "results": sorted(found, key=lambda item: item["item_name"].lower())}
