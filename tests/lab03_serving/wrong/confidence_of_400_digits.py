# The confidence is a number that no float can hold: no check may stumble over it.
# fails: confidence
# says: with "confidence"

# %% confidence
# describe    takes what it took before, and says more
def describe(saved, row):
    """Say which class it is and how sure that is, from the probabilities of one flower."""
    number = int(row.argmax())
    return {
        "class": number,
        "label": saved["classes"][number],
        "confidence": 10**400,
        "probabilities": dict(zip(saved["classes"], row.tolist(), strict=True)),
        "model_version": saved["version"],
    }
