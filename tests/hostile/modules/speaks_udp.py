# against: sandbox
# points: 12
# weak: 12

# %% root
import contextlib
import socket

with contextlib.suppress(OSError):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as speaking:
        speaking.sendto(b"the code of everybody", ("127.0.0.1", @udp@))


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
