# OSError is caught, which DecompressionBombError is not.
# fails: limits
# says: DecompressionBombError is no OSError

# %% limits
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

# a limit of MAX_BODY bytes for the body of every request
# open_image(data)    the picture, read to its end; 415, 413 or 422 where there is none
app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY)


def open_image(data):
    """Return the picture that these bytes are, with all of its pixels."""
    if not data.startswith((PNG, JPEG)):
        raise HTTPException(415, "Neither PNG nor JPEG.")
    try:
        image = Image.open(io.BytesIO(data), formats=["PNG", "JPEG"])
        too_large = image.width * image.height > MAX_PIXELS
        if not too_large:
            image.load()
    except OSError as problem:
        raise HTTPException(422, "The picture cannot be read.") from problem
    if too_large:
        raise HTTPException(413, f"More than {MAX_PIXELS} pixels.")
    return image
