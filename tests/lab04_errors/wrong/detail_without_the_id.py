# The detail does not say which model.
# fails: not_found
# says: names alexnet

# %% not_found
@app.get("/models/{model_id}")
def read_model(model_id: str):
    """Return the entry of one model."""
    if model_id not in MODELS:
        raise HTTPException(404, f"There is no such model.", headers={"X-Error": "ModelNotFound"})
    return MODELS[model_id]
