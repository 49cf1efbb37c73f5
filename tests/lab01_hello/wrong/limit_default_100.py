# Without limit a page has 100 items.
# fails: query_parameters
# says: 10 items
# points: 11.67

# %% query_parameters
# GET /items?skip=&limit=   one page of ITEMS
@app.get("/items")
def read_items(
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
):
    """Return one page of the items."""
    return ITEMS[skip : skip + limit]
