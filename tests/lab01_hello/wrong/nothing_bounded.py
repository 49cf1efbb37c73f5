# The function of the slide: skip and limit without bounds.
# fails: query_parameters
# says: give limit a lower bound
# points: 10.67

# %% query_parameters
@app.get("/items/")
def read_items(skip: int = 0, limit: int = 10):
    """Return one page of the items."""
    return ITEMS[skip : skip + limit]
