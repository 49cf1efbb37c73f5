# against: sandbox
# points: 11
# fails: root

# %% root
import os
import time


@app.get("/")
def read_root():
    """Write much, in a folder whose path is longer than any path may be."""
    os.chdir(os.environ["TMPDIR"])
    for _ in range(60):
        os.mkdir("n" * 200)
        os.chdir("n" * 200)
    for number in range(20):
        with open(f"{number}", "wb") as file:
            file.write(b"x" * 15_000_000)
    time.sleep(3600)
