# The limit is for pictures, and not for the other routes.
# fails: limits
# says: GET /generator a body of 5 MB

# %% limits
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

# a limit of MAX_BODY bytes for the body of every request
# open_image(data)    the picture, read to its end; 415, 413 or 422 where there is none
class ForPictures(RequestBodyLimitMiddleware):
    """A limit for one route."""

    async def __call__(self, scope, receive, send):
        """Let the others pass."""
        if scope.get("path") != "/classify-image":
            return await self.app(scope, receive, send)
        await super().__call__(scope, receive, send)


app.add_middleware(ForPictures, max_body_size=MAX_BODY)


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
