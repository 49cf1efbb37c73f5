# The key is committed before the model is asked: who fails has lost it.
# fails: idempotency
# says: what failed has to leave nothing

# %% idempotency
# POST /predictions    once for each Idempotency-Key
Key = Annotated[str | None, Header(min_length=1, max_length=64)]


@app.post("/predictions", status_code=201, tags=["predictions"])
def add_prediction(flower: Flower, session: SessionDep, idempotency_key: Key = None):
    """Make a prediction, and keep it; once for each key."""
    row = PredictionRow(key=idempotency_key, request=flower.model_dump())
    session.add(row)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        return first_answer(session, idempotency_key, flower)
    row.answer = {"id": row.id, **classify(flower)}
    session.commit()
    return row.answer


def first_answer(session, key, flower):
    """Return what was answered when this key came for the first time."""
    row = session.scalars(select(PredictionRow).where(PredictionRow.key == key)).one()
    if row.answer is None:
        raise HTTPException(409, "It is being worked on.")
    if row.request != flower.model_dump():
        raise HTTPException(422, "This Idempotency-Key was sent with another body.")
    return row.answer
