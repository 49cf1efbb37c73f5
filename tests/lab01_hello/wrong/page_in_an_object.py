# The page is wrapped in an object.
# fails: query_parameters
# says: skip=2&limit=5
# points: 9

# %% query_parameters
# GET /items?skip=&limit=   one page of ITEMS
@app.get("/items")
def read_items(
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
):
    """Return one page of the items."""
    return {"items": ITEMS[skip : skip + limit]}
