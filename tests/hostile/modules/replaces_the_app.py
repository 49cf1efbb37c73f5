# against: judge
# points: 11|12

# %% root
@app.get("/")
def read_root():
    """Greet."""
    globals()["app"] = None
    app.middleware_stack = None
    return {"message": "Hello World"}
