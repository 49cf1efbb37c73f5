# against: sandbox
# points: 12

# %% root
import os
import sys

for _ in range(64):
    os.write(1, b"score 12\n" * (1 << 20))
sys.stderr.write("score 12\n" * (1 << 20))


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
