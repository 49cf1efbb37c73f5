# against: sandbox
# points: 12
# weak: 12

# %% root
import contextlib
import socket
import subprocess
import sys
import threading

KNOCK = "import socket; knocking = socket.socket(socket.AF_UNIX); knocking.connect('@named@'); knocking.sendall(b'x')"


def knock():
    """Try it where no filter of the main thread was set, and in a program of its own."""
    with contextlib.suppress(Exception):
        exec(KNOCK)
    subprocess.run([sys.executable, "-c", KNOCK], stderr=subprocess.DEVNULL)


knocking = threading.Thread(target=knock)
knocking.start()
knocking.join()


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
