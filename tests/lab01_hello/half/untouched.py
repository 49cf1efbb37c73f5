# Every stub is as it was given.
# not_attempted: root, path_parameter, query_parameters, optional_query, route_order, documentation
# points: 0
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
    # YOUR CODE: about 1 line
    raise NotImplementedError

# %% path_parameter
@app.get("/items/{item_id}")
def read_item(item_id: int):
    """Repeat the id that stands in the path."""
    # YOUR CODE: about 1 line
    raise NotImplementedError

# %% query_parameters
# GET /items?skip=&limit=   one page of ITEMS
# YOUR CODE: about 7 lines

# %% optional_query
# GET /search?q=   the items whose name contains q
# YOUR CODE: about 6 lines

# %% route_order
@app.get("/items/latest")
def read_latest():
    """Return the item that came last."""
    # YOUR CODE: about 1 line
    raise NotImplementedError

# %% documentation
# The title, the version and the description of the whole API
# YOUR CODE: about 3 lines
