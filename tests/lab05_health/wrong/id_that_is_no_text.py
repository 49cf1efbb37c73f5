# A UUID is no text, and a header takes text only.
# fails: health, readiness, request_id, timing, json_logs, metrics
# says: a header takes text only
# points: 0

# %% request_id
import re
import uuid


# choose_id(sent)                      the id that was sent, if it is one, else a new one
# add_request_id(request, call_next)   a middleware, which answers 500 where something was raised
def choose_id(sent):
    """Return the id that the client sent if it is one, else a new one."""
    if sent is not None and re.fullmatch("[A-Za-z0-9-]{1,64}", sent):
        return sent
    return uuid.uuid4()


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
