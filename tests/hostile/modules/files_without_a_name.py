# against: sandbox
# points: 11
# fails: root

# %% root
import os
import tempfile
import time


@app.get("/")
def read_root():
    """Fill files that have no name any more."""
    part, held = b"x" * 15_000_000, []
    for _ in range(200):
        file = tempfile.TemporaryFile()
        file.write(part)
        file.flush()
        held.append(file)
    time.sleep(3600)
