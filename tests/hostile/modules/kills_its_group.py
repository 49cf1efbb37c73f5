# against: sandbox
# points: 11

# %% root
import os
import signal


@app.get("/")
def read_root():
    """Greet."""
    os.killpg(0, signal.SIGKILL)
    return {}
