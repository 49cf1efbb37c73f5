# against: sandbox
# points: 12

# %% root
import signal

for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
