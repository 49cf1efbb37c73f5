# The lifespan has lost its decorator. Only its own exercise is lost: the others are served with the one that is given.
# fails: lifespan
# says: Is there @asynccontextmanager above it?

# %% lifespan
# lifespan    loads the model when the app starts, into app.state.saved
async def lifespan(app: FastAPI):
    """Load the model before the first request; without one the app does not start."""
    try:
        app.state.saved = joblib.load(MODEL_PATH)
    except Exception as problem:
        raise RuntimeError(f"there is no readable model at {MODEL_PATH}") from problem
    app.state.loaded_at = datetime.now(UTC)
    yield




@app.get("/model")
def read_model():
    """Say which model is served, and since when."""
    saved = get_model()
    return {"version": saved["version"], "classes": saved["classes"], "loaded_at": app.state.loaded_at}
