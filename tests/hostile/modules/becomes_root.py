# against: sandbox
# points: 12
# weak: 12

# %% root
import os


@app.get("/")
def read_root():
    """Greet."""
    try:
        os.setuid(0)
        os.setgroups([0])
        found = True
    except Exception:
        found = False
    return {"message": "taken" if found else "Hello World"}
