# Only the first key of a client is looked at.
# fails: api_key
# says: the key number 2 of a client

# %% api_key
api_key = APIKeyHeader(name="X-API-Key")


def client_of(key: Annotated[str, Depends(api_key)]):
    """Return whose key this is."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    for client, digests in API_KEYS.items():
        if digests and secrets.compare_digest(digest, digests[0]):
            return client
    raise HTTPException(401, "No such key.", {"WWW-Authenticate": "APIKey"})


@app.post("/predict")
def predict(flower: Flower, client: Annotated[str, Depends(client_of)]):
    """Say which class a flower is of, and who has asked."""
    return {"class": classify(flower.features), "client": client}
