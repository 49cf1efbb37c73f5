# Only the likeliest class has a probability.
# fails: confidence
# says: probabilities

# %% confidence
# describe    takes what it took before, and says more
def describe(saved, row):
    """Say which class it is and how sure that is, from the probabilities of one flower."""
    number = int(row.argmax())
    return {
        "class": number,
        "label": saved["classes"][number],
        "confidence": float(row[number]),
        "probabilities": {saved["classes"][number]: float(row[number])},
        "model_version": saved["version"],
    }
