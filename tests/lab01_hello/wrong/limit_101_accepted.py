# limit ends at 101.
# fails: query_parameters
# says: give limit an upper bound
# points: 11.67

# %% query_parameters
# GET /items?skip=&limit=   one page of ITEMS
@app.get("/items")
def read_items(
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=101)] = 10,
):
    """Return one page of the items."""
    return ITEMS[skip : skip + limit]
