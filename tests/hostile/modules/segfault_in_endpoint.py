# against: sandbox
# points: 11
# fails: root
# incident: process had ended

# %% root
import ctypes


@app.get("/")
def read_root():
    """Greet."""
    ctypes.string_at(0)
    return {"message": "Hello World"}
