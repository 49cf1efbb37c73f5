# What describe says more is there, but the version that it said before is gone.
# fails: predict, confidence, batch
# says: model_version

# %% confidence
# describe    takes what it took before, and says more
def describe(saved, row):
    """Say which class it is and how sure that is, from the probabilities of one flower."""
    number = int(row.argmax())
    return {
        "class": number,
        "label": saved["classes"][number],
        "confidence": float(row[number]),
        "probabilities": dict(zip(saved["classes"], row.tolist(), strict=True)),
    }
