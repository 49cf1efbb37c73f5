# Who knows the digest is let in as well.
# fails: api_key
# says: with the digest of a key

# %% api_key
api_key = APIKeyHeader(name="X-API-Key")


def client_of(key: Annotated[str, Depends(api_key)]):
    """Return whose key this is."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    for client, digests in API_KEYS.items():
        if key in digests or digest in digests:
            return client
    raise HTTPException(401, "No such key.", {"WWW-Authenticate": "APIKey"})


@app.post("/predict")
def predict(flower: Flower, client: Annotated[str, Depends(client_of)]):
    """Say which class a flower is of, and who has asked."""
    return {"class": classify(flower.features), "client": client}
