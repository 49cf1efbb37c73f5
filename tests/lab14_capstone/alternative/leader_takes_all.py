# Who gets the lock calls the model for all who wait; the door counts arrival times; errors have classes.
# points: 30

# %% door
import math

next_free = {}


async def enter(request, scope):
    who = client_of(request)
    if not who:
        raise HTTPException(401, "who?", {"WWW-Authenticate": "Key"})
    if scope in who.scopes:
        if scope == "admin":
            return
    else:
        raise HTTPException(403, "no")
    now, step = time.monotonic(), 1 / settings.rate
    due = max(next_free.get(who.client, now - settings.burst * step), now - settings.burst * step) + step
    if due > now + 1e-9:
        raise HTTPException(429, "slowly", {"Retry-After": f"{math.ceil(due - now) or 1}"})
    next_free[who.client] = due


# %% queue
import asyncio

line = []
working = asyncio.Lock()


async def compute(row):
    active()
    if len(line) >= settings.queue_limit:
        raise HTTPException(503, "full", {"Retry-After": "1"})
    mine = [row, None, None]
    line.append(mine)
    async with working:
        if mine in line:
            taken = line[:32]
            del line[:32]
            served = app.state.active
            try:
                found = await asyncio.to_thread(served.model.predict_proba, [one[0] for one in taken])
                for one, probabilities in zip(taken, found):
                    one[1] = describe(served, probabilities)
            except Exception as error:
                for one in taken:
                    one[2] = error
    if mine[2]:
        raise mine[2]
    return mine[1]


# %% versions
from fastapi import APIRouter

v1 = APIRouter(prefix="/v1", deprecated=True)


@v1.post("/predict", responses=RESPONSES, dependencies=[door("predict")])
async def old_predict(flower: Flower, request: Request, response: Response) -> dict[str, int]:
    found = await predicted(flower, request, response)
    response.headers["Deprecation"] = "true"
    response.headers["Link"] = '</v2/predict>; rel="successor-version"'
    return {"class": found["class"]}


app.include_router(v1)
