# All entries are answered with, not the one.
# fails: not_found
# says: MODELS[model_id]

# %% not_found
@app.get("/models/{model_id}")
def read_model(model_id: str):
    """Return the entry of one model."""
    if model_id not in MODELS:
        raise HTTPException(404, f"There is no model {model_id}.", headers={"X-Error": "ModelNotFound"})
    return MODELS
