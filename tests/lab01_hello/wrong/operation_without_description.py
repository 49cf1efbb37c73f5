# One function has no docstring.
# fails: documentation
# says: none for GET /search
# points: 11.67

# %% optional_query
# GET /search?q=   the items whose name contains q
@app.get("/search")
def search(q: Annotated[str | None, Query(max_length=50)] = None):
    if q is None:
        return {"q": None, "results": []}
    return {"q": q, "results": [item for item in ITEMS if q.lower() in item["item_name"].lower()]}
