# SQL as text, statements that decide by themselves, and CORS by hand, as ASGI middleware.

# %% resources
from sqlalchemy import text

COLUMNS = "id, description, accuracy, stage"


def run(statement, **values):
    """Run a statement in a transaction of its own; return its rows, or how many it has changed."""
    with engine.begin() as connection:
        result = connection.execute(text(statement), values)
        return [dict(row) for row in result.mappings()] if result.returns_rows else result.rowcount


def nobody(id):
    return HTTPException(status_code=404, detail={"unknown": id})


@app.post(
    "/models", status_code=201, tags=["models"], responses={409: {"description": "Taken", "model": dict}}
)
def create(new: NewModel, response: Response):
    made = run(
        f"INSERT INTO models ({COLUMNS}) VALUES (:id, :description, :accuracy, :stage) ON CONFLICT DO NOTHING",
        **new.model_dump(),
    )
    if made != 1:
        raise HTTPException(409, detail=f"{new.id} is taken")
    response.headers["location"] = f"http://testserver/models/{new.id}"
    return run(f"SELECT {COLUMNS} FROM models WHERE id = :id", id=new.id)[0]


@app.get("/models", tags=["models"])
def listing(limit: int = Query(20, ge=1, le=100), offset: int = Query(0, ge=0)):
    items = run(f"SELECT {COLUMNS} FROM models ORDER BY id LIMIT :limit OFFSET :offset", limit=limit, offset=offset)
    return {"total": run("SELECT count(*) AS n FROM models")[0]["n"], "items": items}


@app.get("/models/{model_id}", tags=["models"], responses={"404": {"description": "Unknown"}})
def show(model_id: str):
    rows = run(f"SELECT {COLUMNS} FROM models WHERE id = :id", id=model_id)
    if not rows:
        raise nobody(model_id)
    return rows[0]


@app.delete("/models/{model_id}", tags=["models"], responses={404: {"description": "Unknown"}}, status_code=204)
def remove(model_id: str) -> None:
    if run("DELETE FROM models WHERE id = :id", id=model_id) == 0:
        raise nobody(model_id)


# %% replace
@app.put("/models/{model_id}", tags=["models"])
def upsert(model_id: ID, fields: ModelFields):
    with engine.begin() as connection:
        values = {"id": model_id, **fields.model_dump()}
        insert = "INSERT INTO models (id, description, accuracy, stage) VALUES (:id, :description, :accuracy, :stage)"
        made = connection.execute(text(insert + " ON CONFLICT DO NOTHING"), values).rowcount
        if not made:
            update = "UPDATE models SET description = :description, accuracy = :accuracy, stage = :stage WHERE id = :id"
            connection.execute(text(update), values)
    return JSONResponse(values, 201 if made else 200)


@app.patch("/models/{model_id}", tags=["models"], responses={404: {"description": "Unknown"}})
async def part(model_id: str, request: Request):
    sent = await request.json()
    if not isinstance(sent, dict):
        return JSONResponse({"detail": "an object, please"}, 422)
    checked = {"description": "x"} | sent
    try:
        fields = ModelFields.model_validate(checked)
    except ValueError as problem:
        return JSONResponse({"detail": str(problem)}, 422)
    rows = run("SELECT id, description, accuracy, stage FROM models WHERE id = :id", id=model_id)
    if not rows:
        return JSONResponse({"detail": f"no {model_id}"}, 404)
    now = rows[0] | {name: getattr(fields, name) for name in sent}
    run("UPDATE models SET description = :description, accuracy = :accuracy, stage = :stage WHERE id = :id", **now)
    return now


# %% etag
import hashlib


@app.get("/deployment", tags=["deployment"])
def current(request: Request):
    row = run("SELECT model, threshold, revision FROM deployment WHERE id = 1")[0]
    tag = '"' + row.pop("revision") + '"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return JSONResponse(row, headers={"ETag": tag})


@app.put(
    "/deployment", tags=["deployment"], responses={code: {"description": "no"} for code in (412, 428)}
)
def deploy(new: Deployment, request: Request):
    tag = request.headers.get("if-match")
    if not tag:
        raise HTTPException(428)
    fresh = hashlib.sha256(os.urandom(16)).hexdigest()
    changed = run(
        "UPDATE deployment SET model = :model, threshold = :threshold, revision = :fresh "
        "WHERE id = 1 AND '\"' || revision || '\"' = :tag",
        fresh=fresh,
        tag=tag,
        **new.model_dump(),
    )
    if not changed:
        raise HTTPException(412)
    return new


# %% cors
import logging

LIST = "GET, POST, PUT, PATCH, DELETE"
NAMES = "Content-Type, If-Match, If-None-Match, Idempotency-Key, API-Version"


class Cors:
    """Middleware that knows nothing of Starlette."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        origin = headers.get("origin")
        more = [(b"vary", b"Origin")]
        if origin in ORIGINS:
            more += [
                (b"access-control-allow-origin", origin.encode()),
                (b"access-control-allow-credentials", b"true"),
                (b"access-control-expose-headers", b"etag, location"),
            ]
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            if origin in ORIGINS:
                more += [(b"access-control-allow-methods", LIST.encode()), (b"access-control-allow-headers", NAMES.encode())]
            await send({"type": "http.response.start", "status": 204, "headers": more})
            return await send({"type": "http.response.body", "body": b""})
        begun = False

        async def with_headers(message):
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        try:
            await self.app(scope, receive, with_headers)
        except Exception:
            logging.exception("failed")
            if not begun:
                await JSONResponse({"detail": "sorry"}, 500)(scope, receive, with_headers)


app.add_middleware(Cors)
