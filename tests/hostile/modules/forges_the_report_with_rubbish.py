# against: sandbox
# points: 11|12

# %% root
import json
import os

for number in range(3, 30):
    try:
        os.write(number, json.dumps([[[["x"] * 1000]]]).encode() + b"\n")
    except OSError:
        pass


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
