# against: judge
# points: 10
# fails: route_order, root
# says: Content-Encoding

# %% root
import gzip

from fastapi.responses import Response


@app.get("/")
def read_root():
    """Answer with a kilobyte that becomes a gigabyte, where both encodings are unpacked."""
    once = b"".join(gzip.compress(b"\0" * 10_000_000) for _ in range(100))
    return Response(gzip.compress(once), headers={"Content-Encoding": "gzip, gzip"})


# %% route_order --before path_parameter
@app.get("/items/latest")
def read_latest():
    """Answer in an encoding that nobody has asked for."""
    return Response(b"\xce\xb2\xcf\x81", headers={"Content-Encoding": "br"})
