# Tables of one's own, by SQLModel; a key is claimed by a commit, and given back where its request fails.

# %% resources
from sqlmodel import Field as Column
from sqlmodel import SQLModel
from sqlmodel import Session as Opened


class Entry(SQLModel, table=True):
    """A model."""

    id: str = Column(primary_key=True)
    description: str
    accuracy: float | None = None
    stage: str = "draft"


fresh = not inspect(engine).has_table("entry")
SQLModel.metadata.create_all(engine)
if fresh:
    with Opened(engine) as first:
        first.add(Entry(id="iris", description="Names an iris flower.", accuracy=0.96, stage="live"))
        first.add(Entry(id="digits", description="Reads a digit."))
        first.commit()


@app.post("/models", status_code=201, tags=["models"], responses={409: {"description": "It is taken."}})
def add_model(new: NewModel, response: Response):
    with Opened(engine) as session:
        row = Entry(**new.model_dump())
        session.add(row)
        try:
            session.commit()
        except IntegrityError:
            raise HTTPException(409, f"{new.id}: taken")
        session.refresh(row)
        response.headers["Location"] = f"/models/{row.id}"
        return row


@app.get("/models", tags=["models"])
def list_models(limit: Annotated[int, Query(ge=1, le=100)] = 20, offset: Annotated[int, Query(ge=0)] = 0):
    with Opened(engine) as session:
        rows = session.exec(select(Entry).order_by(Entry.id).limit(limit).offset(offset)).scalars().all()
        return {"items": rows, "total": session.exec(select(func.count()).select_from(Entry)).scalar()}


def session_of():
    with Opened(engine) as session:
        yield session


def known(id: str, session: Annotated[Opened, Depends(session_of)]):
    row = session.get(Entry, id)
    if not row:
        raise HTTPException(404, f"{id}: unknown")
    return row


@app.get("/models/{id}", tags=["models"], responses={404: {"description": "It is unknown."}})
def read_model(row: Annotated[Entry, Depends(known)]) -> Entry:
    return row


@app.delete("/models/{id}", tags=["models"], status_code=204, responses={404: {"description": "It is unknown."}})
def delete_model(row: Annotated[Entry, Depends(known)], session: Annotated[Opened, Depends(session_of)]):
    session.delete(row)
    session.commit()


# %% replace
class Change(SQLModel):
    """What may be sent, by another base class."""

    model_config = ConfigDict(extra="forbid")
    description: Annotated[str, Field(min_length=1, max_length=200)] = "none"
    accuracy: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    stage: Literal["draft", "live"] = "draft"


@app.put("/models/{id}", tags=["models"])
def put_model(id: ID, fields: ModelFields, response: Response):
    with Opened(engine) as session:
        row = session.get(Entry, id)
        response.status_code = 200 if row else 201
        row = row or Entry(id=id, description="")
        row.sqlmodel_update(fields.model_dump())
        session.add(row)
        session.commit()
        session.refresh(row)
        return row


@app.patch("/models/{id}", tags=["models"], responses={404: {"description": "It is unknown."}})
def change_model(id: str, change: Change):
    with Opened(engine) as session:
        row = session.get(Entry, id)
        if row is None:
            raise HTTPException(404, f"{id}: unknown")
        row.sqlmodel_update(change.model_dump(exclude_unset=True))
        session.add(row)
        session.commit()
        session.refresh(row)
        return row


# %% idempotency
@app.post("/predictions", status_code=201, tags=["predictions"])
def add_prediction(
    flower: Flower, session: SessionDep, key: Annotated[str | None, Header(alias="Idempotency-Key")] = None
):
    row = PredictionRow(key=key, request=flower.model_dump())
    session.add(row)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        row = session.scalars(select(PredictionRow).filter_by(key=key)).first()
        if row is None or row.answer is None:
            raise HTTPException(409, "It is being worked on.")
        if row.request != flower.model_dump():
            raise HTTPException(422, "This key has another body.")
        return row.answer
    try:
        row.answer = {"id": row.id, **classify(flower)}
    except BaseException:
        session.delete(row)
        session.commit()
        raise
    session.commit()
    return row.answer
