# The wrong status is raised, and nothing has caught it.
# fails: not_found
# says: "status":500
# says_not: your except has caught

# %% not_found
@app.get("/models/{model_id}")
def read_model(model_id: str):
    """Return the entry of one model."""
    if model_id not in MODELS:
        raise HTTPException(500, f"There is no model {model_id}.", headers={"X-Error": "ModelNotFound"})
    return MODELS[model_id]
