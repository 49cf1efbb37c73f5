# against: judge
# points: 11
# fails: root
# says: 201

# %% root
from fastapi.responses import JSONResponse


@app.get("/")
def read_root():
    """Greet."""
    return JSONResponse({"message": "Hello World"}, 201)
