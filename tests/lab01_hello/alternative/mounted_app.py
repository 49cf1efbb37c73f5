# The whole API is a second app, mounted below the first, which serves its documentation.
# points: 12

# %% setup
from typing import Annotated

from fastapi import FastAPI, Query

app = FastAPI(title="Hello API", version="1.0.0", description="Mounted.")
api = FastAPI()

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
@api.get("/")
def read_root():
    """Greet the world."""
    return {"message": "Hello World"}

# %% route_order --before path_parameter
@api.get("/items/latest")
def read_latest():
    """Return the item that came last."""
    return ITEMS[-1]

# %% path_parameter
@api.get("/items/{item_id}")
def read_item(item_id: int):
    """Repeat the id that stands in the path."""
    return {"item_id": item_id}

# %% query_parameters
# GET /items?skip=&limit=   one page of ITEMS
@api.get("/items")
def read_items(
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
):
    """Return one page of the items."""
    return ITEMS[skip : skip + limit]

# %% optional_query
# GET /search?q=   the items whose name contains q
@api.get("/search")
def search(q: Annotated[str | None, Query(max_length=50)] = None):
    """Find the items whose name contains q, in upper or lower case."""
    if q is None:
        return {"q": None, "results": []}
    return {"q": q, "results": [item for item in ITEMS if q.lower() in item["item_name"].lower()]}

# %% documentation
app.mount("/", api)
