# The same key gets the first answer, whatever its body says.
# fails: idempotency
# says: came with another body before

# %% idempotency
# POST /predictions    once for each Idempotency-Key
Key = Annotated[str | None, Header(min_length=1, max_length=64)]


@app.post("/predictions", status_code=201, tags=["predictions"])
def add_prediction(flower: Flower, session: SessionDep, idempotency_key: Key = None):
    """Make a prediction, and keep it; once for each key."""
    row = PredictionRow(key=idempotency_key, request=flower.model_dump())
    session.add(row)
    try:
        session.flush()  # from here on the key is taken, and whoever sends it as well waits here
    except IntegrityError:
        session.rollback()
        return first_answer(session, idempotency_key, flower)
    row.answer = {"id": row.id, **classify(flower)}
    session.commit()
    return row.answer


def first_answer(session, key, flower):
    """Return what was answered when this key came for the first time."""
    row = session.scalars(select(PredictionRow).where(PredictionRow.key == key)).one()
    return row.answer
