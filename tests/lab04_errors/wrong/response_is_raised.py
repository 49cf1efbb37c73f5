# A response is raised, as if it were an exception.
# fails: model_not_loaded
# says: only an exception can be raised
# says_not: look whether there is a model

# %% model_not_loaded
class ModelNotLoadedError(Exception):
    """There is no model to ask."""


# The handler of ModelNotLoadedError
@app.exception_handler(ModelNotLoadedError)
async def answer_not_loaded(request: Request, exc: ModelNotLoadedError):
    return JSONResponse({"detail": "The model is not available."}, 503, headers={"Retry-After": "30"})




Measurement = Annotated[FiniteFloat, Field(ge=-1e6, le=1e6)]


class Flower(BaseModel):
    """The four measurements of a flower, in centimetres."""

    features: Annotated[list[Measurement], Field(min_length=4, max_length=4)]


@app.post("/predict")
def predict(flower: Flower):
    """Name a flower."""
    served = get_model()
    if served is None:
        raise JSONResponse({"detail": "There is no model."}, 503)
    number = int(served["model"].predict([flower.features])[0])
    return {"class": number, "label": served["classes"][number], "model_version": served["version"]}
