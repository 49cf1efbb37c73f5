# against: sandbox
# points: 11
# fails: root
# incident: had written more than|

# %% root
import time


@app.get("/")
def read_root():
    """Greet."""
    for number in range(200):
        with open(f"{number}.bin", "wb") as file:
            file.write(bytes(1 << 20))
    time.sleep(1)
    return {"message": "Hello World"}
