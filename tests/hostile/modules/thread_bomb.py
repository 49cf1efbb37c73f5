# against: sandbox
# points: 11
# fails: root
# incident: more than|did not answer|had ended

# %% root
import threading
import time


@app.get("/")
def read_root():
    """Greet."""
    for _ in range(600):
        try:
            threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
        except RuntimeError:
            time.sleep(3600)
    time.sleep(3600)
