# Asynchronous sessions, by aiosqlite; the model is asked in a thread, and a key that is being worked on is a 409.

# %% resources
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

loops = create_async_engine(DATABASE_URL.replace("sqlite:", "sqlite+aiosqlite:"), connect_args={"timeout": 30})


async def opened():
    async with AsyncSession(loops, expire_on_commit=False) as session:
        yield session


Async = Annotated[AsyncSession, Depends(opened)]


@app.post("/models", status_code=201, tags=["models"], responses={409: {"description": "taken"}})
async def add_model(new: NewModel, session: Async, response: Response):
    row = ModelRow(**new.model_dump())
    session.add(row)
    try:
        await session.commit()
    except IntegrityError:
        await session.rollback()
        raise HTTPException(409, f"{new.id} is there")
    response.headers["Location"] = "/models/" + new.id
    return row.entry()


@app.get("/models", tags=["models"])
async def list_models(session: Async, limit: Annotated[int, Query(ge=1, le=100)] = 20, offset: Annotated[int, Query(ge=0)] = 0):
    found = await session.scalars(select(ModelRow).order_by(ModelRow.id).offset(offset).limit(limit))
    total = await session.scalar(select(func.count(ModelRow.id)))
    return dict(items=[row.entry() for row in found], total=total)


@app.get("/models/{id}", tags=["models"], responses={404: {"description": "unknown"}})
async def read_model(id: str, session: Async):
    if (row := await session.get(ModelRow, id)) is None:
        raise HTTPException(404, f"no model {id}")
    return row.entry()


@app.delete("/models/{id}", tags=["models"], status_code=204, responses={404: {"description": "unknown"}})
async def delete_model(id: str, session: Async):
    if (row := await session.get(ModelRow, id)) is None:
        raise HTTPException(404, f"no model {id}")
    await session.delete(row)
    await session.commit()


# %% idempotency
import asyncio

working = set()


@app.post("/predictions", status_code=201, tags=["predictions"])
async def add_prediction(flower: Flower, session: SessionDep, idempotency_key: Annotated[str | None, Header(max_length=64)] = None):
    if idempotency_key is None:
        answer = await asyncio.to_thread(classify, flower)
        row = PredictionRow(request=flower.model_dump(), answer=answer)
        session.add(row)
        session.commit()
        return answer | {"id": f"p{row.id}"}
    if idempotency_key in working:
        raise HTTPException(409, "come again")
    working.add(idempotency_key)
    try:
        known = session.scalar(select(PredictionRow).filter_by(key=idempotency_key))
        if known:
            if known.request != flower.model_dump():
                raise HTTPException(422, "other features")
            return known.answer
        answer = await asyncio.to_thread(classify, flower)
        answer["id"] = str(uuid4())
        session.add(PredictionRow(key=idempotency_key, request=flower.model_dump(), answer=answer))
        session.commit()
        return answer
    finally:
        working.discard(idempotency_key)


# %% cors
import traceback

from fastapi.middleware.cors import CORSMiddleware


class Catch:
    """Answer what nobody has caught, one layer inside of CORS."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        try:
            await self.app(scope, receive, send)
        except Exception:
            if scope["type"] != "http":
                raise
            traceback.print_exc()
            await Response("", status_code=500)(scope, receive, send)


app.add_middleware(Catch)
app.add_middleware(
    CORSMiddleware,
    allow_origins=list(map(str.strip, ALLOWED_ORIGINS.split(","))),
    allow_credentials=True,
    allow_methods=["*"],
    allow_headers=["*"],
    expose_headers=["ETag", "Location", "Deprecation", "Sunset", "Link"],
)
