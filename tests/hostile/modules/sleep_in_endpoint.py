# against: judge
# points: 11
# fails: root
# incident: did not answer

# %% root
import time


@app.get("/")
def read_root():
    """Greet."""
    time.sleep(3600)
    return {"message": "Hello World"}
