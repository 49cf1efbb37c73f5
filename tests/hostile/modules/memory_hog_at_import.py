# against: sandbox
# points: 0|11
# says: MemoryError|took longer|did not start

# %% root
hog = [bytearray(1 << 26) for _ in range(64)]


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
