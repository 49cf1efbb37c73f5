# The docs know nothing of 401, 429 and 503 of v1.
# fails: versions
# says: responses=RESPONSES

# %% versions
# POST /v1/predict    {"class": int}, deprecated; through `predicted`, as /v2/predict


SUCCESSOR = {"Deprecation": "@1767225600", "Link": '</v2/predict>; rel="successor-version"'}


@app.post("/v1/predict", deprecated=True, dependencies=[door("predict")])
async def predict_v1(flower: Flower, request: Request, response: Response):
    """Say which class a flower belongs to, as two years ago."""
    response.headers.update(SUCCESSOR)
    answer = await predicted(flower, request, response)
    return {"class": answer["class"]}
