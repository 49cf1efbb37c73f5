# The pages stand at other addresses, as on a later slide.
# fails: documentation
# says: GET /docs
# points: 11.67

# %% setup
from typing import Annotated

from fastapi import FastAPI, Query

app = FastAPI(docs_url="/documentation", redoc_url="/redoc")

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
