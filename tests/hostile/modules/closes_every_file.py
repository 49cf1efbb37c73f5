# against: sandbox
# points: 11

# %% root
import os


@app.get("/")
def read_root():
    """Greet."""
    os.closerange(0, 200)
    return {}
