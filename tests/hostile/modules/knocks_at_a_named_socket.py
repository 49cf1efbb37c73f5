# against: sandbox
# points: 12
# weak: 12

# %% root
import contextlib
import socket

with contextlib.suppress(OSError):
    with socket.socket(socket.AF_UNIX) as knocking:
        knocking.connect("@named@")
        knocking.sendall(b"the code of everybody")


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
