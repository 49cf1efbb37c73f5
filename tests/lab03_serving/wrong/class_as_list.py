# The class is a list with one number.
# fails: predict, confidence
# says: for each row: take the first

# %% predict
# Features    four finite numbers
Measurement = Annotated[FiniteFloat, Field(ge=-1e6, le=1e6)]
Features = Annotated[list[Measurement], Field(min_length=4, max_length=4)]


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
    answer = describe(saved, answers[0])
    return answer | {"class": [answer["class"]]}
