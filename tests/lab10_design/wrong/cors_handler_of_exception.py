# A handler of Exception answers, outside of all middleware.
# fails: cors
# says: added before CORSMiddleware

# %% cors
import logging

from fastapi.middleware.cors import CORSMiddleware


# an answer to what nobody has caught, and then CORSMiddleware around it
@app.exception_handler(Exception)
def answer_500(request, problem):
    """Answer what nobody has caught."""
    return JSONResponse({"detail": "Something went wrong here."}, 500)


app.add_middleware(
    CORSMiddleware,
    allow_origins=ORIGINS,
    allow_credentials=True,
    allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    allow_headers=["Content-Type", "If-Match", "If-None-Match", "Idempotency-Key", "API-Version"],
    expose_headers=["ETag", "Location"],
)
