# Functions that are `def`, a client that blocks, and threads for everything but the fingerprint.
# points: 18

# %% client
import httpx

session = httpx.Client(base_url=UPSTREAM_URL, timeout=20)


def ask(method, path, **more):
    response = session.request(method, path, **more)
    response.raise_for_status()
    return response


async def call(method, path, **more):
    return await asyncio.to_thread(lambda: ask(method, path, **more))


# %% gather
from concurrent.futures import ThreadPoolExecutor

askers = ThreadPoolExecutor(10)


@app.get("/report")
def report(names: Annotated[list[Name], Query(min_length=1, max_length=10)]):
    def one(name):
        try:
            return ask("GET", f"/features/{name}").json()
        except Exception:
            return None

    answers = list(askers.map(one, names))
    missing = [name for name, answer in zip(names, answers) if answer is None]
    return {"features": list(filter(None, answers)), "missing": missing}


# %% deadline
async def look_up(name):
    task = asyncio.create_task(fetch(name))
    done, _ = await asyncio.wait([task], timeout=DEADLINE)
    if not done:
        task.cancel()
        raise HTTPException(504, "Too late.")
    try:
        return task.result()
    except httpx.HTTPStatusError as problem:
        if problem.response.status_code == 404:
            raise HTTPException(404, "Unknown.") from None
        raise HTTPException(502, "The other server has failed.") from None
    except Exception:
        raise HTTPException(502, "The other server said nothing that makes sense.") from None


# %% processes
import multiprocessing


@resources.append
@asynccontextmanager
async def workers():
    with multiprocessing.get_context("spawn").Pool(2) as app.state.workers:
        yield


async def compute(text):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    app.state.workers.apply_async(
        slow_hash, (text,), callback=lambda found: loop.call_soon_threadsafe(done.set_result, found)
    )
    return await done


# %% capacity
turn = asyncio.Condition()
busy = waiting = 0


async def continue_text(prompt):
    global busy, waiting
    async with turn:
        if busy == AT_ONCE:
            if waiting == WAITING:
                raise HTTPException(status_code=503, headers={"retry-after": "10"})
            waiting += 1
            await turn.wait_for(lambda: busy < AT_ONCE)
            waiting -= 1
        busy += 1
    try:
        return (await call("POST", "/generate", json={"prompt": prompt})).json()
    finally:
        async with turn:
            busy -= 1
            turn.notify()


# %% background
import itertools
import queue
import threading
import traceback

numbers, entries = itertools.count(1), queue.SimpleQueue()


def writer():
    while True:
        entry = entries.get()
        try:
            save(entry)
        except Exception:
            print(f"entry {entry['id']} is lost", traceback.format_exc(), sep="\n", flush=True)


threading.Thread(target=writer, daemon=True).start()


@app.post("/predictions")
def predict(flower: Flower):
    entry = {"id": f"p{os.getpid()}-{next(numbers)}", "features": flower.features, "label": guess(flower.features)}
    entries.put(entry)
    return {"id": entry["id"], "label": entry["label"]}


# %% jobs
import threading
import uuid

states = {}


def work(name, depth):
    states[name] = {"status": "running"}
    try:
        states[name] = {"status": "done", "result": train(depth)}
    except RuntimeError:
        states[name] = {"status": "failed", "error": "It did not work."}


@app.post("/jobs")
def begin(body: Depth):
    name = uuid.uuid4().hex
    states[name] = {"status": "queued"}
    threading.Thread(target=work, args=(name, body.depth), daemon=True).start()
    found = json.dumps({"id": name, "status": "queued"})
    return Response(found, 202, {"Location": f"/jobs/{name}"}, "application/json")


@app.get("/jobs/{name}")
def look(name: str):
    if name not in states:
        raise HTTPException(404, "unknown")
    return {"id": name, **states[name]}
