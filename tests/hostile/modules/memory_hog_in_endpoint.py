# against: sandbox
# points: 11
# fails: root
# says: MemoryError|none in that time

# %% root
@app.get("/")
def read_root():
    """Greet."""
    return len([bytearray(1 << 26) for _ in range(64)])
