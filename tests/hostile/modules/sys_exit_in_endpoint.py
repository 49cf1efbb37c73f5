# against: judge
# points: 11
# fails: root

# %% root
import sys


@app.get("/")
def read_root():
    """Greet."""
    sys.exit(1)
