# against: judge
# points: 11
# fails: root
# incident: did not answer

# %% root
import threading

LOCK = threading.Lock()


@app.get("/")
async def read_root():
    """Greet."""
    LOCK.acquire()
    LOCK.acquire()
    return {"message": "Hello World"}
