# against: sandbox
# points: 11
# fails: root

# %% root
import os
import time


@app.get("/")
def read_root():
    """Make whoever weighs this slow, and write as much as goes meanwhile."""
    for folder in range(40):
        os.mkdir(f"d{folder}")
        for number in range(300):
            open(f"d{folder}/{number}", "wb").close()
    for number in range(200):
        with open(f"large{number}", "wb") as file:
            file.write(b"x" * 15_000_000)
    time.sleep(3600)
