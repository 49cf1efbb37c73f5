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
            os.set_blocking(number, False)
            while os.write(number, b"x" * 65536):
                pass
        except OSError:
            pass
    return 1 / 0
