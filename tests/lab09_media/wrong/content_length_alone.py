# A body that says how long it is, is refused; one in chunks is not.
# fails: limits
# says: 2.2 MB in chunks, and no end

# %% limits
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

# a limit of MAX_BODY bytes for the body of every request
# open_image(data)    the picture, read to its end; 415, 413 or 422 where there is none
@app.middleware("http")
async def limit(request, call_next):
    """Refuse a body that says that it is too long."""
    if int(request.headers.get("content-length", 0)) > MAX_BODY:
        return Response("Too large.", status_code=413)
    return await call_next(request)


def open_image(data):
    """Return the picture that these bytes are, with all of its pixels."""
    if not data.startswith((PNG, JPEG)):
        raise HTTPException(415, "Neither PNG nor JPEG.")
    try:
        image = Image.open(io.BytesIO(data), formats=["PNG", "JPEG"])
        too_large = image.width * image.height > MAX_PIXELS
        if not too_large:
            image.load()
    except Exception as problem:
        raise HTTPException(422, "The picture cannot be read.") from problem
    if too_large:
        raise HTTPException(413, f"More than {MAX_PIXELS} pixels.")
    return image
