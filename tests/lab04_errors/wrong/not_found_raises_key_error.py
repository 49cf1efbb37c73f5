# Nobody looks whether the id is there.
# fails: not_found
# says: look whether the id is in MODELS

# %% not_found
@app.get("/models/{model_id}")
def read_model(model_id: str):
    """Return the entry of one model."""
    return MODELS[model_id]
