# The version is copied from the notebook.
# fails: lifespan, predict, confidence, batch
# says: the check has put a model of its own

# %% lifespan
# lifespan    loads the model when the app starts, into app.state.saved
@asynccontextmanager
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
    return {"version": "1.0.0", "classes": saved["classes"], "loaded_at": app.state.loaded_at}

# %% predict
# Features    four finite numbers
Measurement = Annotated[FiniteFloat, Field(ge=-1e6, le=1e6)]
Features = Annotated[list[Measurement], Field(min_length=4, max_length=4)]


class Flower(BaseModel):
    """The measurements of one flower, in centimetres."""

    features: Features


def describe(saved, row):
    """Say which class it is, from the probabilities of one flower."""
    number = int(row.argmax())
    return {"class": number, "label": saved["classes"][number], "model_version": "1.0.0"}


@app.post("/predict")
async def predict(flower: Flower):
    """Say which class a flower belongs to."""
    saved = get_model()
    answers = await ask(saved["model"].predict_proba, [flower.features])
    return describe(saved, answers[0])

# %% confidence
# describe    takes what it took before, and says more
def describe(saved, row):
    """Say which class it is and how sure that is, from the probabilities of one flower."""
    number = int(row.argmax())
    return {
        "class": number,
        "label": saved["classes"][number],
        "confidence": float(row[number]),
        "probabilities": dict(zip(saved["classes"], row.tolist(), strict=True)),
        "model_version": "1.0.0",
    }
