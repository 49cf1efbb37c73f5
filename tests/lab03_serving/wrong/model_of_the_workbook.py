# The file is the workbook's own, whatever MODEL_PATH says.
# fails: lifespan
# says: load the file that MODEL_PATH names
# says_not: '/

# %% lifespan
# lifespan    loads the model when the app starts, into app.state.saved
@asynccontextmanager
async def lifespan(app: FastAPI):
    """Load the model before the first request; without one the app does not start."""
    app.state.saved = joblib.load(TRAINED)
    app.state.loaded_at = datetime.now(UTC)
    yield




@app.get("/model")
def read_model():
    """Say which model is served, and since when."""
    saved = get_model()
    return {"version": saved["version"], "classes": saved["classes"], "loaded_at": app.state.loaded_at}
