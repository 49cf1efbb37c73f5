# The handler returns what the client is to read, and no response.
# fails: model_not_loaded
# says: a handler returns a response: JSONResponse(...), not a dict
# says_not: look whether there is a model

# %% model_not_loaded
class ModelNotLoadedError(Exception):
    """There is no model to ask."""


# The handler of ModelNotLoadedError
@app.exception_handler(ModelNotLoadedError)
async def answer_not_loaded(request: Request, exc: ModelNotLoadedError):
    return {"detail": "The model is not available."}




Measurement = Annotated[FiniteFloat, Field(ge=-1e6, le=1e6)]


class Flower(BaseModel):
    """The four measurements of a flower, in centimetres."""

    features: Annotated[list[Measurement], Field(min_length=4, max_length=4)]


@app.post("/predict")
def predict(flower: Flower):
    """Name a flower."""
    served = get_model()
    if served is None:
        raise ModelNotLoadedError
    number = int(served["model"].predict([flower.features])[0])
    return {"class": number, "label": served["classes"][number], "model_version": served["version"]}

# %% problem_details
def problem(request: Request, status: int, detail: str, headers=None, **more):
    """Return an error as a problem document; `more` are members of its own, such as errors=[...]."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    return JSONResponse(content | more, status, headers, media_type="application/problem+json")


# The handlers of StarletteHTTPException, RequestValidationError and ModelNotLoadedError
@app.exception_handler(StarletteHTTPException)
async def answer_http(request: Request, exc: StarletteHTTPException):
    return problem(request, exc.status_code, str(exc.detail), exc.headers)


@app.exception_handler(RequestValidationError)
async def answer_invalid(request: Request, exc: RequestValidationError):
    errors = [{"loc": error["loc"], "msg": error["msg"]} for error in exc.errors()]
    return problem(request, 422, "The request is not valid.", errors=errors)


@app.exception_handler(ModelNotLoadedError)
async def answer_not_loaded_problem(request: Request, exc: ModelNotLoadedError):
    return {"status": 503, "detail": "The model is not available."}
