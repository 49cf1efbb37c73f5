# against: sandbox
# points: 11
# fails: root
# incident: had ended|did not answer

# %% root
import threading


@app.get("/")
async def read_root():
    """Greet."""
    for _ in range(8):
        threading.Thread(target=lambda: [None for _ in iter(int, 1)], daemon=True).start()
    while True:
        pass
