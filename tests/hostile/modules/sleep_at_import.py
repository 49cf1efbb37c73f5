# against: judge
# points: 11
# fails: root
# says: took longer

# %% root
import time

time.sleep(3600)


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
