# against: judge
# points: 11
# fails: root
# says: hello there

# %% root
@app.get("/")
def read_root():
    """Greet."""
    return {"message": "hello there"}
