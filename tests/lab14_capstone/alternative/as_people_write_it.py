# Long, with helpers everywhere, an exception class, and a state that is JSON with a date.
# points: 30

# %% door
import math

all_buckets = {}
all_buckets_lock = threading.Lock()


def get_bucket(name):
    with all_buckets_lock:
        if name not in all_buckets:
            all_buckets[name] = TokenBucket(burst=settings.burst, rate=settings.rate)
        return all_buckets[name]


async def enter(request: Request, scope: str) -> None:
    client = client_of(request)
    if client is None:
        headers = {}
        headers["WWW-Authenticate"] = 'Key realm="predictions"'
        raise HTTPException(status_code=401, detail="Unknown key", headers=headers)
    allowed = False
    for one in client.scopes:
        if one == scope:
            allowed = True
    if not allowed:
        raise HTTPException(status_code=403, detail="Not allowed")
    if scope == "predict":
        seconds = get_bucket(client.client).take()
        if seconds > 0:
            whole = int(seconds)
            if whole < seconds:
                whole = whole + 1
            raise HTTPException(status_code=429, detail="Too many requests", headers={"Retry-After": str(whole)})


# %% cache
import redis.asyncio

cache_client = None


@resources.append
@asynccontextmanager
async def cache_resource(app):
    global cache_client
    if settings.cache_url is not None:
        cache_client = redis.asyncio.Redis.from_url(
            settings.cache_url,
            decode_responses=True,
            socket_timeout=0.2,
            socket_connect_timeout=0.2,
            retry=redis.asyncio.retry.Retry(redis.backoff.NoBackoff(), 0),
        )
    yield
    if cache_client is not None:
        await cache_client.aclose()


def make_key(version, row):
    text = ",".join(str(float(x)) for x in row)
    return "prediction:" + version + ":" + hashlib.md5(text.encode()).hexdigest()


async def look_up(row):
    if cache_client is None:
        answer = await compute(row)
        return answer, "miss"
    try:
        cached = await cache_client.get(make_key(active().version, row))
        if cached is not None:
            return json.loads(cached), "hit"
    except redis.RedisError:
        logger.warning("cache cannot be read")
    answer = await compute(row)
    try:
        key = make_key(answer["model_version"], row)
        await cache_client.set(key, json.dumps(answer))
        await cache_client.expire(key, 600)
    except redis.RedisError:
        logger.warning("cache cannot be written")
    return answer, "miss"


# %% hot_swap
from datetime import date

NAME = re.compile("[a-z0-9-]{1,40}")


def read_bundle(name):
    path = settings.model_store / f"{name}.joblib"
    served = load(path, name)
    expected = served.examples["labels"]
    got = []
    for probabilities in served.model.predict_proba(served.examples["rows"]):
        got.append(describe(served, probabilities)["label"])
    if got != expected:
        raise RuntimeError("drifted")
    return served


tried = read_bundle


def chosen():
    if not settings.state_path.exists():
        return None
    try:
        state = json.loads(settings.state_path.read_text())
        return state["model"]
    except Exception:
        logger.exception("state")
        return None


class NewModel(BaseModel):
    name: str


@app.put("/admin/model", dependencies=[door("admin")])
async def put_model(new: NewModel):
    if not NAME.fullmatch(new.name):
        raise HTTPException(status_code=422, detail="That is no name")
    if not (settings.model_store / f"{new.name}.joblib").exists():
        raise HTTPException(status_code=404, detail="No such model")
    try:
        served = await run_in_threadpool(read_bundle, new.name)
    except Exception as error:
        raise HTTPException(status_code=422, detail="Not good") from error
    replace_file(settings.state_path, json.dumps({"model": new.name, "since": date.today().isoformat()}))
    app.state.active = served
    return {"version": served.version}


@resources.append
@asynccontextmanager
async def restore(app):
    name = chosen()
    if name is not None:
        try:
            app.state.active = read_bundle(name)
        except Exception:
            logger.exception("cannot restore %s", name)
    yield
