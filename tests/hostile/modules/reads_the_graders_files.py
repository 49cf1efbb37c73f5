# against: sandbox
# points: 12
# weak: 11|12

# %% root
import os


@app.get("/")
def read_root():
    """Greet."""
    try:
        os.listdir("/proc/@judge@/fd")
        found = True
    except Exception:
        found = False
    return {"message": "taken" if found else "Hello World"}
