# A key may stand in Authorization as well.
# fails: api_key
# says: with a good key in Authorization

# %% api_key



def client_of(request: Request):
    """Return whose key this is."""
    key = request.headers.get("x-api-key") or request.headers.get("authorization", "").removeprefix("Bearer ")
    digest = hashlib.sha256(key.encode()).hexdigest()
    for client, digests in API_KEYS.items():
        if any(secrets.compare_digest(digest, one) for one in digests):
            return client
    raise HTTPException(401, "No such key.", {"WWW-Authenticate": "APIKey"})


@app.post("/predict")
def predict(flower: Flower, client: Annotated[str, Depends(client_of)]):
    """Say which class a flower is of, and who has asked."""
    return {"class": classify(flower.features), "client": client}
