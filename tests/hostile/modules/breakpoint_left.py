# against: sandbox
# points: 11
# fails: root

# %% root
breakpoint()


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
