# against: sandbox
# points: 12

# %% root
import ctypes

libc = ctypes.CDLL(None)
libc.msgget(0x4C41, 0o1666)
libc.shmget(0x4C41, 4096, 0o1666)
libc.semget(0x4C41, 1, 0o1666)


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
