# against: judge
# points: 11
# fails: root
# says: TooManyRedirects

# %% root
from fastapi.responses import RedirectResponse


@app.get("/")
def read_root():
    """Greet."""
    return RedirectResponse("/")
