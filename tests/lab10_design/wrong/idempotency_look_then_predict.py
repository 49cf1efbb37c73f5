# Whether the key is known is looked up, then the model is asked: in between others do the same.
# fails: idempotency
# says: insert the key first, and let the database hold the others

# %% idempotency
# POST /predictions    once for each Idempotency-Key
Key = Annotated[str | None, Header(min_length=1, max_length=64)]


@app.post("/predictions", status_code=201, tags=["predictions"])
def add_prediction(flower: Flower, session: SessionDep, idempotency_key: Key = None):
    """Make a prediction, and keep it; once for each key."""
    row = session.scalars(select(PredictionRow).where(PredictionRow.key == idempotency_key)).first()
    if idempotency_key and row:
        if row.request != flower.model_dump():
            raise HTTPException(422, "This Idempotency-Key was sent with another body.")
        return row.answer
    answer = classify(flower)
    row = PredictionRow(key=idempotency_key, request=flower.model_dump(), answer=answer)
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        return first_answer(session, idempotency_key, flower)
    row.answer = {"id": row.id, **answer}
    session.commit()
    return row.answer


def first_answer(session, key, flower):
    """Return what was answered when this key came for the first time."""
    row = session.scalars(select(PredictionRow).where(PredictionRow.key == key)).one()
    if row.request != flower.model_dump():
        raise HTTPException(422, "This Idempotency-Key was sent with another body.")
    return row.answer
