# The lifespan tries the model, and each request loads it once more.
# fails: lifespan
# says: loaded again, by a request

# %% lifespan
# lifespan    loads the model when the app starts, into app.state.saved
@asynccontextmanager
async def lifespan(app: FastAPI):
    """Load the model before the first request; without one the app does not start."""
    try:
        saved = joblib.load(MODEL_PATH)
    except Exception as problem:
        raise RuntimeError(f"there is no readable model at {MODEL_PATH}") from problem
    app.state.loaded_at = datetime.now(UTC)
    yield


@app.get("/model")
def read_model():
    """Say which model is served, and since when."""
    saved = get_model()
    return {"version": saved["version"], "classes": saved["classes"], "loaded_at": app.state.loaded_at}
