# points: 11
# fails: root
# says: MemoryError

# %% root
hog = [bytearray(1 << 26) for _ in range(64)]


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
