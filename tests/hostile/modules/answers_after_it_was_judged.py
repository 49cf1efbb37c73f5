# against: judge
# points: 11..11.9
# fails: root

# %% root
import threading


@app.get("/")
def read_root():
    """Answer wrongly first, and rightly to whoever asks again."""
    read_root.asked = getattr(read_root, "asked", 0) + 1
    return {"message": "Hello World" if read_root.asked % 2 else threading.current_thread().name}
