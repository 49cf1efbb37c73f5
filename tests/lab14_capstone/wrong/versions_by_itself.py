# v1 calls the model by itself: no cache, no books.
# fails: versions, cache
# says: take the class of what it returns
# points: 28.68

# %% versions
# POST /v1/predict    {"class": int}, deprecated; through `predicted`, as /v2/predict


SUCCESSOR = {"Deprecation": "@1767225600", "Link": '</v2/predict>; rel="successor-version"'}


@app.post("/v1/predict", deprecated=True, dependencies=[door("predict")], responses=RESPONSES)
async def predict_v1(flower: Flower, request: Request, response: Response):
    """Say which class a flower belongs to, as two years ago."""
    response.headers.update(SUCCESSOR)
    answer = await compute(flower.features)
    return {"class": answer["class"]}
