# A batch may be longer than 1000.
# fails: batch
# says: from 1 to 1000

# %% batch
# class Flowers           rows: 1 to 1000 times Features
# POST /predict/batch     takes Flowers
class Flowers(BaseModel):
    """The measurements of many flowers."""

    rows: Annotated[list[Features], Field(min_length=1)]


@app.post("/predict/batch")
async def predict_batch(flowers: Flowers):
    """Say which class each flower belongs to, in the order of the rows."""
    saved = get_model()
    answers = await ask(saved["model"].predict_proba, flowers.rows)
    return {"predictions": [describe(saved, row) for row in answers]}
