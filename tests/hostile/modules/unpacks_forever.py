# against: judge
# points: 11
# fails: root

# %% root
from fastapi.responses import StreamingResponse


@app.get("/")
def read_root():
    """Answer with many small parts of something that unpacks to much."""
    import zlib

    packer = zlib.compressobj(9, zlib.DEFLATED, 31)

    def parts():
        yield packer.compress(b"[")
        for _ in range(2000):
            yield packer.compress(b"0," * 500_000)
        yield packer.flush()

    return StreamingResponse(parts(), media_type="application/json", headers={"Content-Encoding": "gzip"})
