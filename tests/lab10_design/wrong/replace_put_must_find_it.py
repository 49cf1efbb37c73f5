# A PUT of a model that is not there is a 404.
# fails: replace
# says: expected  201

# %% replace
# PUT /models/{id}, PATCH /models/{id}
class Change(ModelFields):
    """What may be changed of a model: nothing has to be sent."""

    description: Description = ""


@app.put("/models/{model_id}", tags=["models"], responses={201: {"description": "It is new."}})
def put_model(model_id: ID, fields: ModelFields, session: SessionDep, response: Response):
    """Let this be the model of this id, whether there was one or not."""
    if session.get(ModelRow, model_id) is None:
        raise HTTPException(404, f"There is no model {model_id}.")
    row = session.merge(ModelRow(id=model_id, **fields.model_dump()))
    session.commit()
    return row.entry()


@app.patch("/models/{model_id}", tags=["models"], responses={404: {"description": "There is no such model."}})
def change_model(model_id: str, change: Change, session: SessionDep):
    """Change what was sent, and nothing else."""
    row = session.get(ModelRow, model_id)
    if row is None:
        raise HTTPException(404, f"There is no model {model_id}.")
    for name, value in change.model_dump(exclude_unset=True).items():
        setattr(row, name, value)
    session.commit()
    return row.entry()
