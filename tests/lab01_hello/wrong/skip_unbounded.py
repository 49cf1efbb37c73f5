# A negative skip counts from the end.
# fails: query_parameters
# says: a negative skip counts from the end
# points: 11.33

# %% query_parameters
# GET /items?skip=&limit=   one page of ITEMS
@app.get("/items")
def read_items(
    skip: int = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
):
    """Return one page of the items."""
    return ITEMS[skip : skip + limit]
