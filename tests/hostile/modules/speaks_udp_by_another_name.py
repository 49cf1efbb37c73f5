# against: sandbox
# points: 12
# weak: 12

# %% root
import contextlib
import socket

for family, host in ((socket.AF_INET6, "::ffff:127.0.0.1"), (socket.AF_INET, "127.0.0.1")):
    with contextlib.suppress(OSError):
        with socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC) as speaking:
            speaking.connect((host, @udp@))
            speaking.send(b"the code of everybody")


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
