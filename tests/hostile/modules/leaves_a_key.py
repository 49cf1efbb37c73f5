# against: sandbox
# points: 12

# %% root
import ctypes
import os

KEYRING_OF_THE_USER = -4
number = {"x86_64": 248, "aarch64": 217}[os.uname().machine]
MADE = ctypes.CDLL(None).syscall(number, b"user", b"left-by-lab01", b"root = right", 12, KEYRING_OF_THE_USER)


@app.get("/")
def read_root():
    """Greet, or say that there is a key now: nobody else may see it, not even root."""
    return {"message": "Hello World" if MADE < 0 else "a key"}
