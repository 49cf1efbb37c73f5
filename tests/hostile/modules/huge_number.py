# against: judge
# points: 11
# fails: root

# %% root
from fastapi.responses import Response, StreamingResponse


@app.get("/")
def read_root():
    """Greet."""
    return Response(b'{"message": ' + b"9" * 10_000 + b"}", media_type="application/json")
