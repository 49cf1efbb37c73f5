# An APIRouter with a prefix holds every route below /items; both of its paths stand in one section.
# points: 12
"""Hello World API."""

# %% setup
from typing import Annotated

from fastapi import FastAPI, Query

app = FastAPI()

ITEMS = [
    {"item_name": name}
    for name in [
        "Desk Lamp",
        "Notebook No. 5",
        "coffee mug",
        "USB Cable",
        "Lava lamp",
        "Mug (large)",
        "Bookend",
        "Table Tennis Ball",
        "Rubber Duck",
        "Duct Tape",
        "tape measure",
        "Lampshade",
        "Coffee Table Book",
        "Whiteboard",
        "Keyboard",
        "mouse pad",
        "Desk Fan",
        "Cable tie",
        "Sticky notes",
        "LED Lamp",
        "Notepad",
        "Bookmark",
        "Umbrella",
        "HDMI cable",
        "The Last Straw",
    ]
]

# %% root
@app.get("/")
def read_root():
    """Greet the world."""
    return {"message": "Hello World"}

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

# %% optional_query
# GET /search?q=   the items whose name contains q
@app.get("/search")
def search(q: Annotated[str | None, Query(max_length=50)] = None):
    """Find the items whose name contains q, in upper or lower case."""
    if q is None:
        return {"q": None, "results": []}
    return {"q": q, "results": [item for item in ITEMS if q.lower() in item["item_name"].lower()]}

# %% route_order
@app.get("/items/latest")
def read_latest():
    """Return the item that came last."""
    # YOUR CODE: about 1 line
    raise NotImplementedError

# %% documentation
# The title, the version and the description of the whole API
app.title = "Hello API"
app.version = "1.0.0"
app.description = "A greeting, and a shelf of 25 items to page through and to search."
