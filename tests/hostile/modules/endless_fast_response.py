# against: judge
# points: 11
# fails: root

# %% root
from fastapi.responses import Response, StreamingResponse


@app.get("/")
def read_root():
    """Greet."""
    return StreamingResponse(iter(lambda: b"x" * 65536, b""), media_type="application/json")
