# against: judge
# points: 11
# fails: root
# says: SystemExit

# %% root
raise SystemExit('done')


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
