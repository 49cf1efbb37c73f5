# against: sandbox
# points: 12

# %% root
import contextlib
import socket

held = socket.socket()
with contextlib.suppress(OSError):
    held.bind(("127.0.0.1", 47113))
    held.listen()


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
