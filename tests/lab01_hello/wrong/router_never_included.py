# The routes of a router that nobody gives to the app.
# fails: query_parameters
# says: app.include_router(pages)

# %% query_parameters
from fastapi import APIRouter

pages = APIRouter()


@pages.get("/items")
def page(skip: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=100)] = 10):
    """One page."""
    return ITEMS[skip : skip + limit]
