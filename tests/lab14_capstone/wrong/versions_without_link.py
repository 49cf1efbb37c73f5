# v1 does not say what comes after it.
# fails: versions
# says: Link

# %% versions
# POST /v1/predict    {"class": int}, deprecated; through `predicted`, as /v2/predict


SUCCESSOR = {"Deprecation": "@1767225600"}


@app.post("/v1/predict", deprecated=True, dependencies=[door("predict")], responses=RESPONSES)
async def predict_v1(flower: Flower, request: Request, response: Response):
    """Say which class a flower belongs to, as two years ago."""
    response.headers.update(SUCCESSOR)
    answer = await predicted(flower, request, response)
    return {"class": answer["class"]}
