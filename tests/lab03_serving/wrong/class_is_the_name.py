# The class is the name, the label as well.
# fails: predict, confidence, batch
# says: class is the number

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
    return {"class": saved["classes"][number], "label": saved["classes"][number], "model_version": saved["version"]}


@app.post("/predict")
async def predict(flower: Flower):
    """Say which class a flower belongs to."""
    saved = get_model()
    answers = await ask(saved["model"].predict_proba, [flower.features])
    return describe(saved, answers[0])

# %% confidence
# describe    takes what it took before, and says more
def describe(saved, row):
    """Say which class it is and how sure that is, from the probabilities of one flower."""
    number = int(row.argmax())
    return {
        "class": saved["classes"][number],
        "label": saved["classes"][number],
        "confidence": float(row[number]),
        "probabilities": dict(zip(saved["classes"], row.tolist(), strict=True)),
        "model_version": saved["version"],
    }
