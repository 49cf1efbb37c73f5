# skip starts at 1.
# fails: query_parameters
# says: ge=0 includes 0
# points: 11.33

# %% query_parameters
# GET /items?skip=&limit=   one page of ITEMS
@app.get("/items")
def read_items(
    skip: Annotated[int, Query(gt=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
):
    """Return one page of the items."""
    return ITEMS[skip : skip + limit]
