# against: sandbox
# points: 12

# %% root
import atexit


@atexit.register
def stay():
    while True:
        pass


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
