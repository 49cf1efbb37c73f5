# The status stands behind the answer, as another framework has it.
# fails: not_found
# says: a second value after return is no status

# %% not_found
@app.get("/models/{model_id}")
def read_model(model_id: str):
    """Return the entry of one model."""
    if model_id not in MODELS:
        return {"detail": f"There is no model {model_id}."}, 404
    return MODELS[model_id]
