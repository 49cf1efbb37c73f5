# against: sandbox
# points: 11
# fails: root
# says: Too many open files

# %% root
import os

HELD = [os.open('/dev/null', os.O_RDONLY) for _ in range(5000)]


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
