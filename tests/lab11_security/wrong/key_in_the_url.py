# A key may stand in the URL as well.
# fails: api_key
# says: with a good key in the URL

# %% api_key
from fastapi.security import APIKeyQuery

api_key = APIKeyHeader(name="X-API-Key", auto_error=False)
in_url = APIKeyQuery(name="api_key", auto_error=False)


def client_of(header: Annotated[str | None, Depends(api_key)], query: Annotated[str | None, Depends(in_url)]):
    """Return whose key this is."""
    key = header or query or ""
    digest = hashlib.sha256(key.encode()).hexdigest()
    for client, digests in API_KEYS.items():
        if any(secrets.compare_digest(digest, one) for one in digests):
            return client
    raise HTTPException(401, "No such key.", {"WWW-Authenticate": "APIKey"})


@app.post("/predict")
def predict(flower: Flower, client: Annotated[str, Depends(client_of)]):
    """Say which class a flower is of, and who has asked."""
    return {"class": classify(flower.features), "client": client}
