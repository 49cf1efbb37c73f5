# A PATCH sets what was not sent to its default.
# fails: replace
# says: exclude_unset=True leaves out

# %% replace
# PUT /models/{id}      all of a model: 201 if it is new, 200 if it takes the place of another
# PATCH /models/{id}    a part of it
class Change(ModelFields):
    """What may be changed of a model: nothing has to be sent."""

    description: Description = "A model."


@app.put("/models/{model_id}", tags=["models"], responses={201: {"description": "It is new."}})
def put_model(model_id: ID, fields: ModelFields, session: SessionDep, response: Response):
    """Let this be the model of this id, whether there was one or not."""
    row = ModelRow(id=model_id, **fields.model_dump())
    session.add(row)
    try:
        session.commit()
        response.status_code = 201
    except IntegrityError:  # there is one already
        session.rollback()
        row = session.merge(row)
        session.commit()
    return row.entry()


@app.patch("/models/{model_id}", tags=["models"], responses={404: {"description": "There is no such model."}})
def change_model(model_id: str, change: Change, session: SessionDep):
    """Change what was sent, and nothing else."""
    row = session.get(ModelRow, model_id)
    if row is None:
        raise HTTPException(404, f"There is no model {model_id}.")
    for name, value in change.model_dump().items():
        setattr(row, name, value)
    session.commit()
    return row.entry()
