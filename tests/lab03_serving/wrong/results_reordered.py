# The surest predictions come first.
# fails: batch
# says: the answers stand in the order of the rows

# %% batch
# class Flowers           rows: 1 to 1000 times Features
# POST /predict/batch     takes Flowers
class Flowers(BaseModel):
    """The measurements of many flowers."""

    rows: Annotated[list[Features], Field(min_length=1, max_length=1000)]


@app.post("/predict/batch")
async def predict_batch(flowers: Flowers):
    """Say which class each flower belongs to, in the order of the rows."""
    saved = get_model()
    answers = await ask(saved["model"].predict_proba, flowers.rows)
    found = [describe(saved, row) for row in answers]
    return {"predictions": sorted(found, key=lambda one: one["confidence"])}
