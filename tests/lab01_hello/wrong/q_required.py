# q has no default, as with Optional[str] alone.
# fails: optional_query
# says: give it = None
# points: 11.78

# %% optional_query
# GET /search?q=   the items whose name contains q
@app.get("/search")
def search(q: Annotated[str | None, Query(max_length=50)]):
    """Find the items whose name contains q, in upper or lower case."""
    if q is None:
        return {"q": None, "results": []}
    return {"q": q, "results": [item for item in ITEMS if q.lower() in item["item_name"].lower()]}
