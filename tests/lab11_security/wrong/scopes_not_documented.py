# The document does not say which scopes are needed.
# fails: scopes
# says: tells the document which scopes are needed

# %% scopes
def needs(scope):
    """Make what lets in whoever has a token with this scope."""

    def allow(token: Annotated[str, Depends(bearer)]):
        if scope not in read_token(token).get("scope", "").split():
            challenge = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
            raise HTTPException(403, f"This takes {scope}.", challenge)

    return Depends(allow)


@app.get("/models", dependencies=[needs("models:read")])
def read_models():
    """List the models."""
    return {"models": MODELS}


@app.post("/models", status_code=201, dependencies=[needs("models:write")])
def add_model(new: NewModel):
    """Add a model."""
    MODELS.append(new.id)
    return new
