# The 401 does not say what is missing.
# fails: api_key
# says: an HTTPException takes headers

# %% api_key
api_key = APIKeyHeader(name="X-API-Key")


def client_of(key: Annotated[str, Depends(api_key)]):
    """Return whose key this is."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    for client, digests in API_KEYS.items():
        if any(secrets.compare_digest(digest, one) for one in digests):
            return client
    raise HTTPException(401, "No such key.")


@app.post("/predict")
def predict(flower: Flower, client: Annotated[str, Depends(client_of)]):
    """Say which class a flower is of, and who has asked."""
    return {"class": classify(flower.features), "client": client}
