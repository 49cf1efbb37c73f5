# add_api_route, descriptions as arguments, extra headers and an extra route.
# points: 12

# %% root
from fastapi import Response


def hello(response: Response):
    response.headers["X-Greeting"] = "yes"
    return {"message": "Hello World"}


app.add_api_route("/", hello, description="Say hello.")
app.add_api_route("/ping", lambda: "pong", description="Say pong.")

# %% route_order --before path_parameter
app.add_api_route("/items/latest", lambda: ITEMS[-1], description="The latest item.", operation_id="latest")

# %% path_parameter
def one(item_id: int):
    return {"item_id": item_id}


app.add_api_route("/items/{item_id}", one, methods=["GET"], description="One item's number.")

# %% query_parameters
from fastapi import HTTPException


def page(skip: int = 0, limit: int = 10):
    if skip < 0:
        raise HTTPException(422, "skip must not be negative")
    if not 1 <= limit <= 100:
        raise HTTPException(422, "limit must lie between 1 and 100")
    return [item for place, item in enumerate(ITEMS) if skip <= place < skip + limit]


app.add_api_route("/items", page, description="One page of the items.")
