# Functions of the event loop that look first and write then: between the two nobody else runs, since nothing is awaited.

# %% resources
@app.post("/models", tags=["models"], responses={409: {"description": "The id is taken."}})
async def add_model(new: NewModel, session: SessionDep):
    if session.get(ModelRow, new.id):
        return JSONResponse({"detail": f"{new.id} exists"}, status_code=409)
    row = ModelRow(**dict(new))
    session.add(row)
    session.commit()
    return JSONResponse(row.entry(), 201, {"Location": f"/models/{new.id}"})


@app.get("/models", tags=["models"])
async def list_models(session: SessionDep, limit: Annotated[int, Query(gt=0, lt=101)] = 20, offset: Annotated[int, Query(gt=-1)] = 0):
    everything = sorted(session.query(ModelRow).all(), key=lambda row: row.id)
    page = everything[offset : offset + limit]
    return {"items": [row.entry() for row in page], "total": len(everything)}


@app.get("/models/{name}", tags=["models"], responses={404: {}})
async def read_model(name: str, session: SessionDep):
    for row in session.query(ModelRow).filter_by(id=name):
        return row.entry()
    raise HTTPException(404, f"{name}?")


@app.delete("/models/{name}", tags=["models"], responses={404: {}})
async def delete_model(name: str, session: SessionDep):
    if not session.query(ModelRow).filter_by(id=name).delete():
        raise HTTPException(404, f"{name}?")
    session.commit()
    return Response(status_code=204)


# %% replace
from pydantic import create_model

Change = create_model("Change", __base__=ModelFields, description=(Description, "-"))


@app.put("/models/{name}", tags=["models"])
async def put_model(name: ID, fields: ModelFields, session: SessionDep, response: Response):
    row = session.get(ModelRow, name)
    if not row:
        response.status_code = 201
        row = ModelRow(id=name)
        session.add(row)
    row.description, row.accuracy, row.stage = fields.description, fields.accuracy, fields.stage
    session.commit()
    return row.entry()


@app.patch("/models/{name}", tags=["models"], responses={404: {}})
async def change_model(name: str, change: Change, session: SessionDep):
    row = session.get(ModelRow, name)
    if not row:
        raise HTTPException(404, f"{name}?")
    for field in change.model_fields_set:
        setattr(row, field, getattr(change, field))
    session.commit()
    return row.entry()


# %% etag
def quoted(row):
    return '"%s"' % row.revision


@app.get("/deployment", tags=["deployment"])
async def read_deployment(session: SessionDep, response: Response, if_none_match: str | None = Header(None)):
    row = session.get(DeploymentRow, 1)
    response.headers["etag"] = quoted(row)
    if if_none_match == quoted(row):
        response.status_code = 304
        return Response(None, 304, headers=dict(response.headers))
    return Deployment(model=row.model, threshold=row.threshold)


@app.put("/deployment", tags=["deployment"], responses={412: {}, 428: {}})
async def put_deployment(new: Deployment, session: SessionDep, if_match: str | None = Header(None)):
    row = session.get(DeploymentRow, 1)
    if if_match != quoted(row):
        raise HTTPException(428 if if_match is None else 412)
    row.model, row.threshold = new.model, new.threshold
    session.commit()
    return new


# %% idempotency
@app.post("/predictions", status_code=201, tags=["predictions"])
async def add_prediction(flower: Flower, session: SessionDep, idempotency_key: Annotated[str | None, Header()] = None):
    row = None
    if idempotency_key is not None:
        row = session.query(PredictionRow).filter_by(key=idempotency_key).one_or_none()
    if row is None:
        answer = {"id": uuid4().hex, **classify(flower)}
        row = PredictionRow(key=idempotency_key, request={"features": flower.features}, answer=answer)
        session.add(row)
        session.commit()
    if row.request["features"] != flower.features:
        raise HTTPException(422, "another body")
    return row.answer
