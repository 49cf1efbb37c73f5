# An APIRouter with a prefix holds every route below /items; both of its paths stand in one section.
# second: query_parameters
# points: 12

# %% path_parameter
from fastapi import APIRouter

router = APIRouter(prefix="/items", tags=["items"])


@router.get("/latest")
def latest() -> dict:
    """The newest item."""
    return ITEMS[-1]


@router.get("/{number}")
def one(number: int) -> dict:
    """One number."""
    return {"item_id": number}


app.include_router(router)

# %% query_parameters
pages = APIRouter(prefix="/items")
Skip = Annotated[int, Query(ge=0, description="how many items to leave out")]
Limit = Annotated[int, Query(ge=1, le=100, description="how many items to return")]


@pages.get("")
def page(skip: Skip = 0, limit: Limit = 10) -> list[dict]:
    """One page."""
    return ITEMS[skip:][:limit]


app.include_router(pages)

# %% route_order
@app.get("/items/latest")
def read_latest():
    """Return the item that came last."""
    # YOUR CODE: about 1 line
    raise NotImplementedError
