# The middleware that answers a 500 returns a dict and a status, which is no response.
# fails: cors
# says: 'tuple' object
# says_not: added before CORSMiddleware

# %% cors
from fastapi.middleware.cors import CORSMiddleware


@app.middleware("http")
async def answer_500(request, call_next):
    try:
        return await call_next(request)
    except Exception:
        return {"detail": "Something went wrong here."}, 500


app.add_middleware(
    CORSMiddleware,
    allow_origins=ORIGINS,
    allow_credentials=True,
    allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    allow_headers=["Content-Type", "If-Match", "If-None-Match", "Idempotency-Key", "API-Version"],
    expose_headers=["ETag", "Location"],
)
