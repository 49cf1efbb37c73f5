# The parameter is called api_key, so the header api-key is read.
# fails: api_key
# says: say it, as APIKeyHeader(name="X-API-Key") does

# %% api_key
from fastapi import Header


def client_of(api_key: Annotated[str, Header()]):
    """Return whose key this is."""
    digest = hashlib.sha256(api_key.encode()).hexdigest()
    for client, digests in API_KEYS.items():
        if any(secrets.compare_digest(digest, one) for one in digests):
            return client
    raise HTTPException(401, "No such key.", {"WWW-Authenticate": "APIKey"})


@app.post("/predict")
def predict(flower: Flower, client: Annotated[str, Depends(client_of)]):
    """Say which class a flower is of, and who has asked."""
    return {"class": classify(flower.features), "client": client}
