# against: judge
# points: 0..8

# %% root
from fastapi import Request


@app.api_route("/{path:path}", methods=["GET"])
def read_root(request: Request, path: str):
    """Answer whatever is asked with what fits most."""
    if path.isdigit():
        return {"item_id": int(path)}
    return {"message": "Hello World"} if not path else ITEMS[:10]
