# The model is loaded when it is first asked for.
# fails: lifespan
# says: it is loaded 0 times

# %% lifespan
app.state.loaded_at = None


def get_model():
    """Load the model when it is first needed."""
    if app.state.loaded_at is None:
        app.state.saved = joblib.load(MODEL_PATH)
        app.state.loaded_at = datetime.now(UTC)
    return app.state.saved


@app.get("/model")
def read_model():
    """Say which model is served, and since when."""
    saved = get_model()
    return {"version": saved["version"], "classes": saved["classes"], "loaded_at": app.state.loaded_at}
