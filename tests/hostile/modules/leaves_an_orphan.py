# against: sandbox
# points: 12

# %% root
import os
import sys
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execve(sys.executable, ["python", "-c", "import time; time.sleep(3600)"], {})
    os._exit(0)


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
