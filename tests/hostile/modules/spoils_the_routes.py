# against: judge
# points: 11
# fails: root

# %% root
@app.get("/")
def read_root():
    """Greet."""
    app.router.routes.clear()
    return {"message": "hello"}
