# call_next is called and not awaited, in front of everything.
# fails: resources, replace, etag, idempotency, versions, cors, documentation
# says: return await call_next(request)

# %% cors
import logging

from fastapi.middleware.cors import CORSMiddleware


# an answer to what nobody has caught, and then CORSMiddleware around it
@app.middleware("http")
async def answer_500(request, call_next):
    """Answer, and log, what nobody has caught."""
    try:
        return call_next(request)
    except Exception:
        logging.exception("%s %s has failed", request.method, request.url.path)
        return JSONResponse({"detail": "Something went wrong here."}, 500)


app.add_middleware(
    CORSMiddleware,
    allow_origins=ORIGINS,
    allow_credentials=True,
    allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    allow_headers=["Content-Type", "If-Match", "If-None-Match", "Idempotency-Key", "API-Version"],
    expose_headers=["ETag", "Location"],
)
