# against: judge
# points: 11
# fails: root
# says: SystemExit

# %% root
import sys

sys.exit()


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
