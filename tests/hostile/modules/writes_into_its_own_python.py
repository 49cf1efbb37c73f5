# against: sandbox
# points: 12
# weak: 11|12

# %% root
import sys
from pathlib import Path

import fastapi

CHANGED = False
for place in (Path(fastapi.__file__), Path(sys.executable), Path("/etc/passwd")):
    try:
        with place.open("ab"):
            CHANGED = True
    except OSError:
        pass


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "changed" if CHANGED else "Hello World"}
