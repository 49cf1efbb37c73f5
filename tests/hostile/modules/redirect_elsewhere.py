# against: judge
# points: 11
# fails: root

# %% root
from fastapi.responses import RedirectResponse


@app.get("/")
def read_root():
    """Greet."""
    return RedirectResponse("http://198.51.100.1/")
