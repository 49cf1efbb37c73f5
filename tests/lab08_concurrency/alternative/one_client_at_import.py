# A client that is made at the top, a pool in the app's own lifespan, and a queue with two consumers that count.
# points: 18

# %% client
http = httpx.AsyncClient(base_url=UPSTREAM_URL, timeout=httpx.Timeout(60))


async def call(method, path, **more):
    response = await http.request(method, path, **more)
    if response.is_success:
        return response
    raise httpx.HTTPStatusError("no", request=response.request, response=response)


# %% gather
@app.get("/report")
async def report(names: Annotated[list[Name], Query(min_length=1, max_length=10)]):
    features, missing = [], []
    tasks = [(name, asyncio.ensure_future(fetch(name))) for name in names]
    for name, task in tasks:
        try:
            features.append(await task)
        except Exception:
            missing.append(name)
    return dict(features=features, missing=missing)


# %% processes
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

around = app.router.lifespan_context


@asynccontextmanager
async def with_pool(app):
    async with around(app):
        pool = app.state.pool = ProcessPoolExecutor(2, multiprocessing.get_context("forkserver"))
        try:
            yield
        finally:
            pool.shutdown()


app.router.lifespan_context = with_pool


def hashed(text):
    return slow_hash(text)


async def compute(text):
    return await asyncio.get_event_loop().run_in_executor(app.state.pool, hashed, text)


# %% capacity
waiting, under_way = [], set()


async def work(prompt, answer):
    try:
        answer.set_result((await call("POST", "/generate", json={"prompt": prompt})).json())
    except Exception as problem:
        answer.set_exception(HTTPException(504 if isinstance(problem, TimeoutError) else 502, "failed"))


def go_on(task=None):
    under_way.discard(task)
    while waiting and len(under_way) < AT_ONCE:
        task = asyncio.create_task(work(*waiting.pop(0)))
        under_way.add(task)
        task.add_done_callback(go_on)


async def continue_text(prompt):
    if len(waiting) == WAITING:
        raise HTTPException(503, "No place.", headers={"Retry-After": str(AT_ONCE)})
    answer = asyncio.get_running_loop().create_future()
    waiting.append((prompt, answer))
    go_on()
    return await answer


# %% jobs
import uuid
from concurrent.futures import ThreadPoolExecutor

trainer, futures = ThreadPoolExecutor(4), {}


@app.post("/jobs", status_code=202)
def post_job(body: Depth, response: Response):
    name = uuid.uuid4().hex
    futures[name] = trainer.submit(train, body.depth)
    response.headers["Location"] = f"/jobs/{name}"
    return get_job(name)


@app.get("/jobs/{name}")
def get_job(name: str):
    if (future := futures.get(name)) is None:
        raise HTTPException(404, "There is no job of this name.")
    if not future.done():
        return {"id": name, "status": "running" if future.running() else "queued"}
    if future.exception():
        return {"id": name, "status": "failed", "result": None, "error": "The training was not possible."}
    return {"id": name, "status": "done", "result": future.result(), "error": None}
