# The model is loaded when the module is imported.
# fails: lifespan
# says: it is loaded when the module is imported

# %% lifespan
app.state.saved = joblib.load(MODEL_PATH)
app.state.loaded_at = datetime.now(UTC)


@app.get("/model")
def read_model():
    """Say which model is served, and since when."""
    saved = get_model()
    return {"version": saved["version"], "classes": saved["classes"], "loaded_at": app.state.loaded_at}
