# against: judge
# points: 11
# fails: root

# %% root
@app.get("/")
def read_root():
    """Greet."""
    raise type("\x1b[31m" + "E" * 900, (Exception,), {})
