# against: judge
# points: 11
# fails: root
# says: server of its own

# %% root
import uvicorn

uvicorn.Server(uvicorn.Config(app)).run()


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
