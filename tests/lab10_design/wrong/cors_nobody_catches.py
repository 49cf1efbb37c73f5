# Nobody catches what is raised.
# fails: cors
# says: added before CORSMiddleware

# %% cors
import logging

from fastapi.middleware.cors import CORSMiddleware


# an answer to what nobody has caught, and then CORSMiddleware around it
app.add_middleware(
    CORSMiddleware,
    allow_origins=ORIGINS,
    allow_credentials=True,
    allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    allow_headers=["Content-Type", "If-Match", "If-None-Match", "Idempotency-Key", "API-Version"],
    expose_headers=["ETag", "Location"],
)
