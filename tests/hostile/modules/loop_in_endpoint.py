# against: judge
# points: 11
# fails: root
# incident: did not answer

# %% root
@app.get("/")
async def read_root():
    """Greet."""
    while True:
        pass
