# Plain functions, as on the slide; the last section stays empty.
# points: 14

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
def predict(flower: Flower):
    """Say which class a flower belongs to."""
    saved = get_model()
    answers = saved["model"].predict_proba([flower.features])
    return describe(saved, answers[0])

# %% batch
# class Flowers           rows: 1 to 1000 times Features
# POST /predict/batch     takes Flowers
class Flowers(BaseModel):
    """The measurements of many flowers."""

    rows: Annotated[list[Features], Field(min_length=1, max_length=1000)]


@app.post("/predict/batch")
def predict_batch(flowers: Flowers):
    """Say which class each flower belongs to, in the order of the rows."""
    saved = get_model()
    answers = saved["model"].predict_proba(flowers.rows)
    return {"predictions": [describe(saved, row) for row in answers]}

# %% def_or_async
# ask    takes what it took before, and stops nobody
# YOUR CODE: about 3 lines
