# The answers are in a dict of the process.
# fails: idempotency
# says: after a restart

# %% idempotency
from threading import Lock

# POST /predictions    once for each Idempotency-Key
lock, answers = Lock(), {}
Key = Annotated[str | None, Header(min_length=1, max_length=64)]


@app.post("/predictions", status_code=201, tags=["predictions"])
def add_prediction(flower: Flower, session: SessionDep, idempotency_key: Key = None):
    """Make a prediction, and keep it; once for each key."""
    with lock:
        if idempotency_key in answers:
            if answers[idempotency_key][0] != flower.features:
                raise HTTPException(422, "This Idempotency-Key was sent with another body.")
            return answers[idempotency_key][1]
        answer = {"id": str(uuid4()), **classify(flower)}
        if idempotency_key:
            answers[idempotency_key] = flower.features, answer
        return answer


def first_answer(session, key, flower):
    """Return what was answered when this key came for the first time."""
    row = session.scalars(select(PredictionRow).where(PredictionRow.key == key)).one()
    if row.request != flower.model_dump():
        raise HTTPException(422, "This Idempotency-Key was sent with another body.")
    return row.answer
