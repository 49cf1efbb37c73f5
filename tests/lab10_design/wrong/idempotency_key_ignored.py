# The key is not looked at.
# fails: idempotency
# says: Idempotency-Key again

# %% idempotency
# POST /predictions    once for each Idempotency-Key
Key = Annotated[str | None, Header(min_length=1, max_length=64)]


@app.post("/predictions", status_code=201, tags=["predictions"])
def add_prediction(flower: Flower, session: SessionDep, idempotency_key: Key = None):
    """Make a prediction, and keep it; once for each key."""
    row = PredictionRow(request=flower.model_dump(), answer=classify(flower))
    session.add(row)
    session.commit()
    return {"id": row.id, **row.answer}


def first_answer(session, key, flower):
    """Return what was answered when this key came for the first time."""
    row = session.scalars(select(PredictionRow).where(PredictionRow.key == key)).one()
    if row.request != flower.model_dump():
        raise HTTPException(422, "This Idempotency-Key was sent with another body.")
    return row.answer
