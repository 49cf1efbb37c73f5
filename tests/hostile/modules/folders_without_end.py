# against: sandbox
# points: 12

# %% root
import os


def go_down(top, levels):
    here = os.getcwd()
    os.chdir(top)
    for _ in range(levels):
        os.mkdir("nnnn")
        os.chdir("nnnn")
    os.chdir(here)


go_down(os.environ["TMPDIR"], 1100)  # deeper than Python calls, and longer than a path


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
