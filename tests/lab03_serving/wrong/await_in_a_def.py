# A plain function that awaits: Python refuses to read it.
# fails: predict, confidence, batch, def_or_async
# says: write that, or leave the word out where nothing is waited for
# points: 6

# %% predict
def describe(saved, row):
    """Say which class it is, from the probabilities of one flower."""
    return {}


@app.post("/predict")
def predict(flower):
    """Say which class a flower belongs to."""
    saved = get_model()
    answers = await ask(saved["model"].predict_proba, [flower.features])
    return describe(saved, answers[0])
