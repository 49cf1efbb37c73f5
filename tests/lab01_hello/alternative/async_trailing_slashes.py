# async def, trailing slashes, and a union spelt the old way.
# points: 12

# %% root
@app.get("/")
async def hello() -> dict[str, str]:
    """Hello."""
    return dict(message="Hello World")

# %% route_order --before path_parameter
@app.get("/items/latest/")
async def latest():
    """The latest."""
    return ITEMS[len(ITEMS) - 1]

# %% path_parameter
from fastapi import Path

@app.get("/items/{item_id}/")
async def one(item_id: int = Path()):
    """One id."""
    return {"item_id": item_id}

# %% query_parameters
@app.get("/items/")
async def page(skip: int = Query(default=0, ge=0), limit: int = Query(default=10, gt=0, lt=101)):
    """A page."""
    end = skip + limit
    return ITEMS[skip:end]

# %% optional_query
from typing import Optional

@app.get("/search/")
async def find(q: Optional[str] = Query(default=None, max_length=50)):
    """A search."""
    results = []
    if q is not None:
        for item in ITEMS:
            if item["item_name"].casefold().find(q.casefold()) >= 0:
                results.append(item)
    return {"results": results, "q": q}
