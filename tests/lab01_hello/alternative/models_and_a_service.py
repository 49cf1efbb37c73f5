# Response models, a model of the query, and a class that does the work.
# second: root, path_parameter
# points: 12

# %% setup
from typing import Annotated

from fastapi import FastAPI, Query

app = FastAPI(description="made here, replaced below")

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
from pydantic import BaseModel, Field


class Greeting(BaseModel):
    message: str = "Hello World"


@app.get("/", response_model=Greeting)
def greet():
    """Greet."""
    return Greeting()

# %% path_parameter
class ItemId(BaseModel):
    item_id: int


@app.get("/items/{item_id}")
def identify(item_id: int) -> ItemId:
    """Identify."""
    return ItemId(item_id=item_id)

# %% query_parameters
class Item(BaseModel):
    item_name: str


class Page(BaseModel):
    skip: int = Field(0, ge=0)
    limit: int = Field(10, ge=1, le=100)


class Shelf:
    def __init__(self, items):
        self.items = [Item(**item) for item in items]

    def page(self, page):
        return self.items[page.skip : page.skip + page.limit]

    def find(self, q):
        return [item for item in self.items if q.upper() in item.item_name.upper()]


shelf = Shelf(ITEMS)


@app.get("/items")
def page(page: Annotated[Page, Query()]) -> list[Item]:
    """Page through the shelf."""
    return shelf.page(page)

# %% optional_query
class Found(BaseModel):
    q: str | None
    results: list[Item]


@app.get("/search")
def find(q: str | None = Query(None, max_length=50)) -> Found:
    """Search the shelf."""
    return Found(q=q, results=[] if q is None else shelf.find(q))
