# against: sandbox
# points: 11
# fails: root
# incident: process had ended

# %% root
import os


@app.get("/")
def read_root():
    """Greet."""
    os._exit(0)
    return {"message": "Hello World"}
