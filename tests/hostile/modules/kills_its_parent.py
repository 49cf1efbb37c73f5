# against: sandbox
# points: 11
# fails: root
# incident: had ended|

# %% root
import os
import signal


@app.get("/")
def read_root():
    """Greet."""
    os.kill(os.getppid(), signal.SIGKILL)
    os._exit(1)
