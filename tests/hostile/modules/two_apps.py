# against: judge
# points: 12

# %% root
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
