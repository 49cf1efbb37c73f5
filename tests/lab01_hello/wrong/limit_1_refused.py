# limit starts at 2.
# fails: query_parameters
# says: ge=1 includes 1
# points: 11.33

# %% query_parameters
# GET /items?skip=&limit=   one page of ITEMS
@app.get("/items")
def read_items(
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(gt=1, le=100)] = 10,
):
    """Return one page of the items."""
    return ITEMS[skip : skip + limit]
