# against: sandbox
# points: 11
# fails: root
# says: EOFError

# %% root
input()


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
