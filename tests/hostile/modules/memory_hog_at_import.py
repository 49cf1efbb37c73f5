# against: sandbox
# points: 11
# fails: root
# says: MemoryError|took longer

# %% root
hog = [bytearray(1 << 26) for _ in range(64)]


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
