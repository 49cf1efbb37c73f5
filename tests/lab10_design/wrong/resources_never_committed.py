# What is added is never committed.
# fails: resources
# says: without session.commit()

# %% resources
# POST /models           adds a model, says in Location where it is; 409 where the id is taken
# GET /models            a page of the models, and how many there are in all
# GET /models/{id}       one of them, or 404
# DELETE /models/{id}    takes it away: 204, or 404
def found(session, model_id):
    """Return the row of a model, or answer that there is none."""
    row = session.get(ModelRow, model_id)
    if row is None:
        raise HTTPException(404, f"There is no model {model_id}.")
    return row


UNKNOWN = {404: {"description": "There is no such model."}}


@app.post("/models", status_code=201, tags=["models"], responses={409: {"description": "The id is taken."}})
def add_model(new: NewModel, session: SessionDep, response: Response):
    """Add a model under an id of its own."""
    row = ModelRow(**new.model_dump())
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise HTTPException(409, f"There is a model {new.id} already.") from None
    response.headers["Location"] = f"/models/{new.id}"
    return row.entry()


@app.get("/models", tags=["models"])
def list_models(
    session: SessionDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
):
    """List the models, a page at a time."""
    rows = session.scalars(select(ModelRow).order_by(ModelRow.id).limit(limit).offset(offset))
    total = session.scalar(select(func.count()).select_from(ModelRow))
    return {"items": [row.entry() for row in rows], "total": total}


@app.get("/models/{model_id}", tags=["models"], responses=UNKNOWN)
def read_model(model_id: str, session: SessionDep):
    """Return one model."""
    return found(session, model_id).entry()


@app.delete("/models/{model_id}", status_code=204, tags=["models"], responses=UNKNOWN)
def delete_model(model_id: str, session: SessionDep):
    """Take a model out of the registry."""
    session.delete(found(session, model_id))
    session.commit()
