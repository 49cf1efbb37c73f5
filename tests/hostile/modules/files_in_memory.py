# against: sandbox
# points: 11
# fails: root

# %% root
import os
import time


@app.get("/")
def read_root():
    """Fill files that lie nowhere but in memory."""
    part = b"x" * 1_000_000
    for number in range(200):
        file = os.memfd_create("hog")
        for _ in range(15):
            os.write(file, part)
    time.sleep(3600)
