# What the client sends is ignored.
# fails: request_id
# says: the id that was sent

# %% request_id
import re
import uuid


# choose_id(sent)                      the id that was sent, if it is one, else a new one
# add_request_id(request, call_next)   a middleware, which answers 500 where something was raised
def choose_id(sent):
    """Return the id that the client sent if it is one, else a new one."""
    return str(uuid.uuid4())


@app.middleware("http")
async def add_request_id(request: Request, call_next):
    """Give each response the id of its request, also where the request has failed."""
    request.state.request_id = choose_id(request.headers.get("X-Request-ID"))
    try:
        response = await call_next(request)
    except Exception:
        logger.exception("request %s failed", request.state.request_id)
        response = JSONResponse({"detail": "Internal Server Error"}, status_code=500)
    response.headers["X-Request-ID"] = request.state.request_id
    return response
