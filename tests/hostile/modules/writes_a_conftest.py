# against: sandbox
# points: 12
# writes: yes

# %% root
import contextlib
import pathlib


@app.get("/")
def read_root():
    """Greet."""
    with contextlib.suppress(OSError):
        pathlib.Path("@course@/conftest.py").write_text("raise SystemExit")
        pathlib.Path("conftest.py").write_text("raise SystemExit")
    return {"message": "Hello World"}
