# The given list was cut short.
# fails: query_parameters, optional_query, route_order
# says: bring the first section back
# points: 5

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
    ][:5]
]
