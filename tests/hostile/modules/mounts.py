# against: sandbox
# points: 12
# weak: 12

# %% root
import subprocess


@app.get("/")
def read_root():
    """Greet."""
    try:
        subprocess.run(["mount", "-t", "tmpfs", "none", "/tmp"], check=True)
        found = True
    except Exception:
        found = False
    return {"message": "taken" if found else "Hello World"}
