# against: judge
# points: 0
# fails: all
# says: InvalidURL|UnicodeError|IDNA

# %% root
from fastapi.responses import Response


@app.middleware("http")
async def lead_away(request, call_next):
    """Answer each request with an address that no client can read."""
    return Response(status_code=307, headers={"Location": "http://xn--zz--0/"})
