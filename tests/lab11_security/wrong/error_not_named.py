# The challenge does not say what is wrong.
# fails: tokens
# says: WWW-Authenticate: Bearer

# %% tokens
# read_token(token)    the claims of a token that is ours, for us, and still good; 401 for any other
def read_token(token):
    """Return the claims of a token that is ours, for us, and still good; 401 for any other."""
    try:
        return jwt.decode(
            token,
            TOKEN_SECRET,
            algorithms=["HS256"],
            issuer=TOKEN_ISSUER,
            audience=TOKEN_AUDIENCE,
            options={"require": ["exp", "sub", "iss", "aud"]},
        )
    except jwt.InvalidTokenError as problem:
        challenge = {"WWW-Authenticate": "Bearer"}
        raise HTTPException(401, "This token is not valid.", challenge) from problem


@app.get("/me")
def read_me(token: Annotated[str, Depends(bearer)]):
    """Say whose token this is, and what it is good for."""
    claims = read_token(token)
    return {"username": claims["sub"], "scopes": claims.get("scope", "").split()}
