# against: sandbox
# points: 11
# fails: root
# incident: its process had ended|more than|did not answer

# %% root
import os
import time


@app.get("/")
def read_root():
    """Greet."""
    for _ in range(9):  # 512 of them, where nothing stops it
        try:
            os.fork()
        except OSError:
            pass
    time.sleep(3600)
