# against: judge
# points: 9
# fails: route_order, root
# says: Content-Encoding

# %% root
import gzip

from fastapi.responses import Response

BOMB = gzip.compress(gzip.compress(bytes(10_000_000)) * 100)


@app.get("/")
def read_root():
    """Answer with a kilobyte that becomes a gigabyte, where both encodings are unpacked."""
    return Response(BOMB, headers={"Content-Encoding": "gzip, gzip"})


# %% route_order --before path_parameter
@app.get("/items/latest")
def read_latest():
    """Answer in an encoding that nobody has asked for."""
    return Response(b"\xce\xb2\xcf\x81", headers={"Content-Encoding": "br"})
