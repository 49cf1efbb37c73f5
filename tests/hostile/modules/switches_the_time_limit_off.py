# against: sandbox
# points: 0
# fails: all
# says: did not start

# %% root
import signal

signal.setitimer(signal.ITIMER_REAL, 0)
while True:
    pass


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
