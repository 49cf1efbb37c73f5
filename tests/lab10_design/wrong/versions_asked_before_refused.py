# The model is asked before the version is looked at.
# fails: versions
# says: for a request that is refused

# %% versions
# POST /v1/predict    the class, and when this version ends
# POST /v2/predict    label, confidence and model_version
# POST /predict       the one or the other, as API-Version says
@app.post("/v1/predict", tags=["predictions"], deprecated=True)
def predict_v1(flower: Flower, response: Response):
    """Answer with the number of the class."""
    response.headers.update(END_OF_V1)
    return {"class": classify(flower)["class"]}


@app.post("/v2/predict", tags=["predictions"])
def predict_v2(flower: Flower):
    """Answer with the name of the class, and how sure the model is."""
    answer = classify(flower)
    return {name: answer[name] for name in ("label", "confidence", "model_version")}


@app.post("/predict", tags=["predictions"], responses={400: {"description": "There is no such version."}})
def predict(flower: Flower, response: Response, api_version: Annotated[str, Header()] = "1"):
    """Answer as the version does that the header asks for."""
    classify(flower) if api_version not in ("1", "2") else None
    if api_version not in ("1", "2"):
        raise HTTPException(400, "API-Version is 1 or 2.")
    response.headers["Vary"] = "API-Version"
    return predict_v1(flower, response) if api_version == "1" else predict_v2(flower)
