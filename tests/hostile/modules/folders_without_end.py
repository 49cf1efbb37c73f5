# against: sandbox
# points: 12

# %% root
import os


def go_down(top, levels):
    here = os.getcwd()
    os.chdir(top)
    for _ in range(levels):
        os.mkdir("n")
        os.chdir("n")
    os.chdir(here)


go_down(os.environ["TMPDIR"], 3000)


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
