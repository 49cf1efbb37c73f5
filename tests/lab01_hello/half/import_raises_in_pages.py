# One section raises when the module is imported.
# fails: query_parameters
# says: NameError
# points: 9

# %% query_parameters
# GET /items?skip=&limit=   one page of ITEMS
@api.get("/items")
def read_items(
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
):
    """Return one page of the items."""
    return ITEMS[skip : skip + limit]
