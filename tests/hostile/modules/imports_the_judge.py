# against: sandbox
# points: 12
# weak: 11|12

# %% root
import importlib
import sys

sys.path.append('@repository@')


@app.get("/")
def read_root():
    """Greet."""
    try:
        importlib.import_module("autograder.judging.judge")
        found = True
    except Exception:
        found = False
    return {"message": "taken" if found else "Hello World"}
