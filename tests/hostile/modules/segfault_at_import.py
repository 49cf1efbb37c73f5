# against: sandbox
# points: 11
# fails: root
# says: process ended

# %% root
import ctypes

ctypes.string_at(0)


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
