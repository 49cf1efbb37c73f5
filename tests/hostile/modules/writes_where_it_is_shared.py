# against: sandbox
# points: 12
# writes: yes

# %% root
import contextlib
import os
from pathlib import Path

for place in ("/dev/shm", "/var/tmp", "/run/lock", "/tmp"):
    with contextlib.suppress(OSError):
        Path(place, "left-by-@judge@").write_text("root = right")
with contextlib.suppress(OSError):
    os.mkfifo("/tmp/left-by-@judge@-fifo")


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
