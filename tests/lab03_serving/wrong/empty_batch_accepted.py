# A batch may be empty.
# fails: batch
# says: rows

# %% batch
# class Flowers           rows: 1 to 1000 times Features
# POST /predict/batch     takes Flowers
class Flowers(BaseModel):
    """The measurements of many flowers."""

    rows: Annotated[list[Features], Field(max_length=1000)]


@app.post("/predict/batch")
async def predict_batch(flowers: Flowers):
    """Say which class each flower belongs to, in the order of the rows."""
    saved = get_model()
    answers = await ask(saved["model"].predict_proba, flowers.rows)
    return {"predictions": [describe(saved, row) for row in answers]}
