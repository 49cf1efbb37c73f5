# A token may stand in the URL as well.
# fails: tokens
# says: a good token in the URL, as token

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
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise HTTPException(401, "This token is not valid.", challenge) from problem


from fastapi import Query

anybody = OAuth2PasswordBearer(tokenUrl="token", scopes=SCOPES, auto_error=False)


@app.get("/me")
def read_me(query: Annotated[str | None, Query(alias="token")] = None, head: Annotated[str | None, Depends(anybody)] = None):
    """Say whose token this is, and what it is good for."""
    if not (query or head):
        raise HTTPException(401, "No token.", {"WWW-Authenticate": "Bearer"})
    claims = read_token(query or head)
    return {"username": claims["sub"], "scopes": claims.get("scope", "").split()}
