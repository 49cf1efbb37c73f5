# against: judge
# points: 0
# fails: all
# says: no database

# %% setup
from contextlib import asynccontextmanager

from fastapi import FastAPI

@asynccontextmanager
async def life(app):
    raise OSError("no database")
    yield

app = FastAPI(lifespan=life)
