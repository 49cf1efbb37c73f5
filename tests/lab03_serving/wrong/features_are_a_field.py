# The bounds of a type stand where a value belongs.
# fails: predict, confidence, batch, def_or_async
# says: a type with bounds is an Annotated

# %% predict
# Features    four finite numbers
Features: list[float] = Field(min_length=4, max_length=4)


class Flower(BaseModel):
    """The measurements of one flower, in centimetres."""

    features: Features


def describe(saved, row):
    """Say which class it is, from the probabilities of one flower."""
    number = int(row.argmax())
    return {"class": number, "label": saved["classes"][number], "model_version": saved["version"]}


@app.post("/predict")
async def predict(flower: Flower):
    """Say which class a flower belongs to."""
    saved = get_model()
    answers = await ask(saved["model"].predict_proba, [flower.features])
    return describe(saved, answers[0])
