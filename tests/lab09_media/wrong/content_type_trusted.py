# As on both slides: what the client calls the file counts.
# fails: limits
# says: look at the first bytes

# %% limits
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

# a limit of MAX_BODY bytes for the body of every request
# open_image(data)    the picture, read to its end; 415, 413 or 422 where there is none
app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY)


@app.middleware("http")
async def only_pictures(request, call_next):
    """Refuse what is not called a picture."""
    if request.url.path == "/classify-image":
        body = await request.body()
        if b"Content-Type: image/" not in body:
            return Response("Not a picture.", status_code=415)
    return await call_next(request)


def open_image(data):
    """Return the picture that these bytes are, with all of its pixels."""
    try:
        image = Image.open(io.BytesIO(data))
        too_large = image.width * image.height > MAX_PIXELS
        if not too_large:
            image.load()
    except Exception as problem:
        raise HTTPException(422, "The picture cannot be read.") from problem
    if too_large:
        raise HTTPException(413, f"More than {MAX_PIXELS} pixels.")
    return image
