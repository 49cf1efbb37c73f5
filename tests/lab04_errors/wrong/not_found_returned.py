# The exception is returned, so the answer is a 200.
# fails: not_found
# says: like any other: raise it

# %% not_found
@app.get("/models/{model_id}")
def read_model(model_id: str):
    """Return the entry of one model."""
    if model_id not in MODELS:
        return HTTPException(404, f"There is no model {model_id}.", headers={"X-Error": "ModelNotFound"})
    return MODELS[model_id]
