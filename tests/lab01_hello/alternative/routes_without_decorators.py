# add_api_route, descriptions as arguments, extra headers and an extra route.
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
from fastapi import Response


def hello(response: Response):
    response.headers["X-Greeting"] = "yes"
    return {"message": "Hello World"}


app.add_api_route("/", hello, description="Say hello.")
app.add_api_route("/ping", lambda: "pong", description="Say pong.")

# %% route_order --before path_parameter
app.add_api_route("/items/latest", lambda: ITEMS[-1], description="The latest item.", operation_id="latest")

# %% path_parameter
def one(item_id: int):
    return {"item_id": item_id}


app.add_api_route("/items/{item_id}", one, methods=["GET"], description="One item's number.")

# %% query_parameters
from fastapi import HTTPException


def page(skip: int = 0, limit: int = 10):
    if skip < 0:
        raise HTTPException(422, "skip must not be negative")
    if not 1 <= limit <= 100:
        raise HTTPException(422, "limit must lie between 1 and 100")
    return [item for place, item in enumerate(ITEMS) if skip <= place < skip + limit]


app.add_api_route("/items", page, description="One page of the items.")

# %% optional_query
# GET /search?q=   the items whose name contains q
@app.get("/search")
def search(q: Annotated[str | None, Query(max_length=50)] = None):
    """Find the items whose name contains q, in upper or lower case."""
    if q is None:
        return {"q": None, "results": []}
    return {"q": q, "results": [item for item in ITEMS if q.lower() in item["item_name"].lower()]}

# %% documentation
# The title, the version and the description of the whole API
app.title = "Hello API"
app.version = "1.0.0"
app.description = "A greeting, and a shelf of 25 items to page through and to search."
