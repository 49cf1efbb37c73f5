# The 404 of the endpoint is an answer of its own, past the handlers.
# fails: problem_details
# says: as application/json

# %% not_found
@app.get("/models/{model_id}")
def read_model(model_id: str):
    """Return the entry of one model."""
    if model_id not in MODELS:
        return JSONResponse({"detail": f"There is no model {model_id}."}, 404, headers={"X-Error": "ModelNotFound"})
    return MODELS[model_id]
