# As on a slide: the confidence is the class.
# fails: confidence
# says: not how probable it is

# %% confidence
# describe    takes what it took before, and says more
def describe(saved, row):
    """Say which class it is and how sure that is, from the probabilities of one flower."""
    number = int(row.argmax())
    return {
        "class": number,
        "label": saved["classes"][number],
        "confidence": float(number),
        "probabilities": dict(zip(saved["classes"], row.tolist(), strict=True)),
        "model_version": saved["version"],
    }
