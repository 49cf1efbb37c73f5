# The headers are added by hand, and no preflight is answered.
# fails: cors
# says: in Access-Control-Allow-Methods

# %% cors
import logging

from fastapi.middleware.cors import CORSMiddleware


# an answer to what nobody has caught, and then CORSMiddleware around it
@app.middleware("http")
async def answer_500(request, call_next):
    """Answer, and log, what nobody has caught."""
    try:
        return await call_next(request)
    except Exception:
        logging.exception("%s %s has failed", request.method, request.url.path)
        return JSONResponse({"detail": "Something went wrong here."}, 500)


@app.middleware("http")
async def allow(request, call_next):
    """Let pages of allowed origins read."""
    response = await call_next(request)
    origin = request.headers.get("origin")
    if origin in ORIGINS:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Location"
    response.headers.add_vary_header("Origin")
    return response
