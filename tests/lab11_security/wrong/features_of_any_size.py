# The features are floats of any number and kind.
# fails: api_key
# says: 422 naming features

# %% api_key
api_key = APIKeyHeader(name="X-API-Key")


def client_of(key: Annotated[str, Depends(api_key)]):
    """Return whose key this is."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    for client, digests in API_KEYS.items():
        if any(secrets.compare_digest(digest, one) for one in digests):
            return client
    raise HTTPException(401, "No such key.", {"WWW-Authenticate": "APIKey"})


@app.post("/predict")
def predict(flower: dict[str, list[float]], client: Annotated[str, Depends(client_of)]):
    """Say which class a flower is of, and who has asked."""
    return {"class": classify(flower["features"]), "client": client}
