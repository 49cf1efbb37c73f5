# against: sandbox
# points: 11
# fails: root

# %% root
import os


@app.get("/")
def read_root():
    """Greet."""
    for number in range(3, 30):
        try:
            os.write(number, b'["GET", "/", "12/12 points \\u001b[31m"]\n')
        except OSError:
            pass
    return 1 / 0
