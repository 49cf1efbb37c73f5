# against: sandbox
# points: 11
# fails: root
# incident: its processes took more than|did not answer

# %% root
import mmap
import os
import time


@app.get("/")
def read_root():
    """Take memory that belongs to two processes each, so that neither has it alone."""
    for _ in range(8):
        if os.fork() == 0:
            hog = mmap.mmap(-1, 200 << 20)
            hog.write(bytes(200 << 20))
            os.fork()
            time.sleep(3600)
    time.sleep(3600)
