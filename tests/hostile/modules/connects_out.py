# against: sandbox
# points: 12
# weak: 11

# %% root
import socket


@app.get("/")
def read_root():
    """Greet."""
    try:
        socket.create_connection(("127.0.0.1", @port@), 0.5)
        found = True
    except Exception:
        found = False
    return {"message": "taken" if found else "Hello World"}
