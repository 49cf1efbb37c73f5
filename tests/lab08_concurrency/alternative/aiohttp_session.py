# Another client: a session of aiohttp, whose timeout is a deadline.
# points: 18

# %% client
import aiohttp


@resources.append
@asynccontextmanager
async def session():
    async with aiohttp.ClientSession(UPSTREAM_URL) as app.state.session:
        yield


async def call(method, path, **more):
    async with app.state.session.request(method, path, raise_for_status=True, **more) as response:
        return json.loads(await response.read())


async def fetch(name):
    return await call("GET", f"/features/{name}")


look_up = fetch

# %% gather
import aiohttp


@app.get("/report")
async def report(names: Annotated[list[Name], Query(min_length=1, max_length=10)]):
    async def one(name):
        try:
            return await fetch(name)
        except (aiohttp.ClientError, ValueError):
            return None

    async with asyncio.TaskGroup() as group:
        tasks = {name: group.create_task(one(name)) for name in names}
    done = [(name, tasks[name].result()) for name in names]
    return {"features": [found for _, found in done if found], "missing": [name for name, found in done if not found]}


# %% deadline
import aiohttp


async def look_up(name):
    limit = aiohttp.ClientTimeout(total=DEADLINE)
    try:
        async with app.state.session.get(f"/features/{name}", timeout=limit) as response:
            if response.status == 404:
                raise HTTPException(404, "unknown")
            if response.status != 200:
                raise HTTPException(502, "the feature store has failed")
            return json.loads(await response.read())
    except TimeoutError:
        raise HTTPException(504, "too late") from None
    except (aiohttp.ClientError, ValueError):
        raise HTTPException(502, "no answer that makes sense") from None


# %% capacity
import aiohttp

inside, gate = 0, asyncio.BoundedSemaphore(AT_ONCE)


async def continue_text(prompt):
    global inside
    if inside == AT_ONCE + WAITING:
        return Response("busy", 503, {"Retry-After": "3"})
    inside += 1
    try:
        async with gate:
            return await call("POST", "/generate", json={"prompt": prompt})
    except (aiohttp.ClientError, ValueError):
        return Response("the generator has failed", 500)
    finally:
        inside -= 1
