# Threads do the work: a thread with a queue.Queue calls the model, the cache's client blocks, one thread follows.
# points: 30

# %% cache
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

connection = None
if settings.cache_url:
    connection = redis.Redis.from_url(
        settings.cache_url, socket_timeout=0.3, socket_connect_timeout=0.3, retry=Retry(NoBackoff(), 0)
    )


def ask_cache(name):
    try:
        text = connection.get(name)
        return json.loads(text) if text else None
    except Exception:
        return None


def tell_cache(name, answer):
    try:
        connection.setex(name, 1800, json.dumps(answer))
    except redis.exceptions.RedisError as error:
        logger.info("not kept: %s", error)


async def look_up(row):
    if not connection:
        return await compute(row), "miss"
    name = f"{active().version}|" + "|".join(f"{value!r}" for value in row)
    found = await run_in_threadpool(ask_cache, name)
    if found:
        return found, "hit"
    answer = await compute(row)
    if name.startswith(answer["model_version"] + "|"):
        await run_in_threadpool(tell_cache, name, answer)
    return answer, "miss"


# %% queue
import asyncio
import queue
from concurrent.futures import Future

jobs = queue.Queue(maxsize=settings.queue_limit)


def serve_jobs():
    while True:
        batch = [jobs.get()]
        while len(batch) < 32:
            try:
                batch.append(jobs.get_nowait())
            except queue.Empty:
                break
        if None in batch:
            return
        served = app.state.active
        try:
            rows = served.model.predict_proba([row for row, future in batch])
            for (row, future), probabilities in zip(batch, rows):
                future.set_result(describe(served, probabilities))
        except Exception as error:
            for row, future in batch:
                if not future.done():
                    future.set_exception(error)


async def compute(row):
    active()
    future = Future()
    try:
        jobs.put_nowait((row, future))
    except queue.Full:
        raise HTTPException(status_code=503, detail="full", headers={"Retry-After": "2"})
    return await asyncio.wrap_future(future)


@asynccontextmanager
async def thread(app):
    threading.Thread(target=serve_jobs, daemon=True).start()
    yield


resources.append(thread)


# %% hot_swap
from typing import Annotated

from fastapi import Body
from pydantic import StringConstraints

one_at_a_time = threading.Lock()


def tried(name):
    served = load(settings.model_store / (name + ".joblib"), name)
    for row, label in zip(served.examples["rows"], served.examples["labels"], strict=True):
        if served.classes[int(served.model.predict_proba([row])[0].argmax())] != label:
            raise ValueError(name)
    return served


def chosen():
    try:
        name = settings.state_path.read_text().strip()
        return name if re.fullmatch("[a-z0-9-]{1,40}", name) else None
    except Exception:
        return None


@app.put("/admin/model", dependencies=[door("admin")])
def put_model(name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$"), Body(embed=True)]):
    if not (settings.model_store / (name + ".joblib")).exists():
        raise HTTPException(404, "no such bundle")
    with one_at_a_time:
        try:
            served = tried(name)
        except Exception:
            raise HTTPException(422, "no good")
        replace_file(settings.state_path, name)
        app.state.active = served
    return {"version": served.version}


@resources.append
@asynccontextmanager
async def again(app):
    try:
        if chosen():
            app.state.active = tried(chosen())
    except Exception:
        logger.warning("what was chosen is gone")
    yield


# %% under_fire
import contextlib

ended = threading.Event()


def look_again():
    while not ended.wait(1):
        with contextlib.suppress(Exception), one_at_a_time:
            name = chosen()
            if name and (not app.state.active or app.state.active.name != name):
                app.state.active = tried(name)


@resources.append
@asynccontextmanager
async def looking(app):
    watcher = threading.Thread(target=look_again)
    watcher.start()
    yield
    ended.set()
    watcher.join()
