# against: sandbox
# points: 12

# %% root
import ctypes
import os

PTRACE_ATTACH = 16
libc = ctypes.CDLL(None)
SEEN = [pid for pid in (os.getppid(), @judge@, 1) if libc.ptrace(PTRACE_ATTACH, pid, 0, 0) == 0]


@app.get("/")
def read_root():
    """Greet."""
    return {"message": f"seen {SEEN}" if SEEN else "Hello World"}
