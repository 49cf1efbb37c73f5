# A limit outside the bounds is brought inside instead of refused.
# fails: query_parameters
# says: naming limit
# points: 10.67

# %% query_parameters
@app.get("/items")
def read_items(skip: int = 0, limit: int = 10):
    """Return one page of the items."""
    skip = max(skip, 0)
    limit = min(max(limit, 1), 100)
    return ITEMS[skip : skip + limit]
