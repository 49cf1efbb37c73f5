# against: judge
# points: 11
# fails: root

# %% root
from fastapi.responses import Response, StreamingResponse


@app.get("/")
def read_root():
    """Greet."""
    return Response(b"[" * 100_000, media_type="application/json")
