# limit is used as the index of the end.
# fails: query_parameters
# says: end the slice at skip + limit
# points: 9

# %% query_parameters
# GET /items?skip=&limit=   one page of ITEMS
@app.get("/items")
def read_items(
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
):
    """Return one page of the items."""
    return ITEMS[skip:limit]
