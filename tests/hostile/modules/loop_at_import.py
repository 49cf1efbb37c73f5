# against: judge
# points: 11
# fails: root
# says: took longer

# %% root
while True:
    pass


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
