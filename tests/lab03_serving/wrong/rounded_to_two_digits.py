# Two digits are too few.
# fails: confidence
# says: keep at least three digits

# %% confidence
# describe    takes what it took before, and says more
def describe(saved, row):
    """Say which class it is and how sure that is, from the probabilities of one flower."""
    number = int(row.argmax())
    return {
        "class": number,
        "label": saved["classes"][number],
        "confidence": round(float(row[number]), 2),
        "probabilities": dict(zip(saved["classes"], row.round(2).tolist(), strict=True)),
        "model_version": saved["version"],
    }
