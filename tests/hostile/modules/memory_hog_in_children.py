# against: sandbox
# points: 11
# fails: root
# incident: its processes took more than|did not answer

# %% root
import os
import time


@app.get("/")
def read_root():
    """Greet."""
    for _ in range(8):
        if os.fork() == 0:
            hog = b"x" * (200 << 20)
            time.sleep(3600)
    time.sleep(3600)
