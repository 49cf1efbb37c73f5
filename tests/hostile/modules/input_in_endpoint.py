# against: sandbox
# points: 11
# fails: root
# says: EOFError

# %% root
@app.get("/")
def read_root():
    """Greet."""
    input()
    return {"message": "Hello World"}
