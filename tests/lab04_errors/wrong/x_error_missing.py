# The 404 comes without X-Error.
# fails: not_found
# says: X-Error: not there

# %% not_found
@app.get("/models/{model_id}")
def read_model(model_id: str):
    """Return the entry of one model."""
    if model_id not in MODELS:
        raise HTTPException(404, f"There is no model {model_id}.")
    return MODELS[model_id]
