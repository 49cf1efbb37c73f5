# against: sandbox
# points: 12

# %% root
import ctypes
import os

MADE = ctypes.CDLL(None, use_errno=True).syscall(425, 4, ctypes.create_string_buffer(120))
"""A ring of io_uring, whose requests no filter of calls sees."""


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World" if MADE < 0 else "a ring"}
