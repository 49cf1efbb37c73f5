# against: judge
# points: 11
# fails: root

# %% root
from fastapi.responses import Response, StreamingResponse


@app.get("/")
def read_root():
    """Greet."""
    return Response(b"\x1b[31m\x07 12/12 \r\n", media_type="text/plain")
