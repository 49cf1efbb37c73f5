# The 404 is raised inside of a try whose except makes a 500 of everything.
# fails: not_found
# says: your except has caught your own HTTPException

# %% not_found
@app.get("/models/{model_id}")
def read_model(model_id: str):
    """Return the entry of one model."""
    try:
        if model_id not in MODELS:
            raise HTTPException(404, f"There is no model {model_id}.", headers={"X-Error": "ModelNotFound"})
        return MODELS[model_id]
    except Exception as exc:
        raise HTTPException(500, str(exc))
