# against: judge
# points: 0
# fails: all
# says: did not start

# %% setup
from contextlib import asynccontextmanager

from fastapi import FastAPI

@asynccontextmanager
async def life(app):
    __import__("time").sleep(3600)
    yield

app = FastAPI(lifespan=life)
