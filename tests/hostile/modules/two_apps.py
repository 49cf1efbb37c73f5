# points: 8
# fails: documentation, root, query_parameters, optional_query, route_order, path_parameter

# %% root
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
