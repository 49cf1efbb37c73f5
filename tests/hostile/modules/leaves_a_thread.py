# against: sandbox
# points: 12

# %% root
import threading
import time

threading.Thread(target=time.sleep, args=(3600,)).start()


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
