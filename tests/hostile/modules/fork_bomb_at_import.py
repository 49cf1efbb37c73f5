# against: sandbox
# points: 0..12

# %% root
import os
import time

for _ in range(9):
    try:
        os.fork()
    except OSError:
        pass
time.sleep(3600)


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
