# against: sandbox
# points: 11
# fails: root
# incident: did not answer

# %% root
import os
import signal
import time


@app.get("/")
def read_root():
    """Greet."""
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(3600)
