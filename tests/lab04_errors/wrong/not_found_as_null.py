# An id that is not there is answered with null.
# fails: not_found
# says: expected  404

# %% not_found
@app.get("/models/{model_id}")
def read_model(model_id: str):
    """Return the entry of one model."""
    if model_id not in MODELS:
        return None
    return MODELS[model_id]
