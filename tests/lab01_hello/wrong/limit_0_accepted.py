# limit starts at 0.
# fails: query_parameters
# says: give limit a lower bound
# points: 11.67

# %% query_parameters
# GET /items?skip=&limit=   one page of ITEMS
@app.get("/items")
def read_items(
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=0, le=100)] = 10,
):
    """Return one page of the items."""
    return ITEMS[skip : skip + limit]
