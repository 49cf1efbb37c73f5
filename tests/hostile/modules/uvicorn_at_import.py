# against: judge
# points: 11
# fails: root
# says: server of its own

# %% root
import uvicorn

uvicorn.run(app)


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
