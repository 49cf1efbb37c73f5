# against: sandbox
# points: 0
# fails: all
# says: did not start

# %% root
while True:
    try:
        while True:
            pass
    except BaseException:
        pass


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
