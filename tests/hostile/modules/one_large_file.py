# against: sandbox
# points: 11
# fails: root

# %% root
@app.get("/")
def read_root():
    """Greet."""
    open("large.bin", "wb").write(bytes(32 << 20))
    return {"message": "Hello World"}
