# against: sandbox
# points: 11
# fails: root
# says: process ended

# %% root
import os

os._exit(0)


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
