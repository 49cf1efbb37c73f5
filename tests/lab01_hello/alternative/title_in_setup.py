# Title, version and description stand where the app is made; the documentation section is untouched.
# points: 12

# %% setup
from typing import Annotated

from fastapi import FastAPI, Query

app = FastAPI(title="Hello API", version="1.0.0", description="Things on a shelf.")

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

# %% documentation
# The title, the version and the description of the whole API
# YOUR CODE: about 3 lines
