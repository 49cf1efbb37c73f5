# against: judge
# points: 11
# fails: root

# %% root
import gzip

from fastapi.responses import Response, StreamingResponse


@app.get("/")
def read_root():
    """Greet."""
    return Response(gzip.compress(bytes(200 << 20), 1), headers={"content-encoding": "gzip"})
