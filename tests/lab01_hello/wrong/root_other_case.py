# The message differs in case.
# fails: root
# says: capitals included
# points: 11

# %% root
@app.get("/")
def read_root():
    """Greet the world."""
    return {"message": "Hello world"}
