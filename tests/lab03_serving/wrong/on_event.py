# As on the slide: on_event, which is ignored where there is a lifespan.
# fails: lifespan
# says: AttributeError

# %% lifespan
@app.on_event("startup")
def load_model():
    app.state.saved = joblib.load(MODEL_PATH)
    app.state.loaded_at = datetime.now(UTC)


@app.get("/model")
def read_model():
    """Say which model is served, and since when."""
    saved = get_model()
    return {"version": saved["version"], "classes": saved["classes"], "loaded_at": app.state.loaded_at}
