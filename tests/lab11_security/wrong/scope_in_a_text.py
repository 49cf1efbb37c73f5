# A scope is looked for in the text.
# fails: scopes
# says: look for it in scope.split()

# %% scopes
def allow(needed: SecurityScopes, token: Annotated[str, Depends(bearer)]):
    """Let in whoever has a token with each scope that is needed."""
    granted = read_token(token).get("scope", "")
    missing = " ".join(scope for scope in needed.scopes if scope not in granted)
    if missing:
        challenge = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{missing}"'}
        raise HTTPException(403, f"This takes {missing}.", challenge)


@app.get("/models", dependencies=[Security(allow, scopes=["models:read"])])
def read_models():
    """List the models."""
    return {"models": MODELS}


@app.post("/models", status_code=201, dependencies=[Security(allow, scopes=["models:write"])])
def add_model(new: NewModel):
    """Add a model."""
    MODELS.append(new.id)
    return new
