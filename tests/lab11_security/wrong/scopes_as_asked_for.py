# The token has whatever scopes are asked for, as in FastAPI's tutorial.
# fails: login
# says: form.scopes is what the client asks for

# %% login
NOBODY = hasher.hash(secrets.token_urlsafe())


@app.post("/token")
def login(form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response):
    """Give a token to who knows the password."""
    user = users.find(form.username)
    fits = hasher.verify(form.password, user["password_hash"] if user else NOBODY)
    if not user or not fits:
        raise HTTPException(401, "Wrong username or password.", {"WWW-Authenticate": "Bearer"})
    scopes = form.scopes or user["scopes"]
    now = int(time.time())
    claims = {
        "sub": form.username,
        "iss": TOKEN_ISSUER,
        "aud": TOKEN_AUDIENCE,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "scope": " ".join(scopes),
    }
    response.headers["Cache-Control"] = "no-store"
    token = jwt.encode(claims, TOKEN_SECRET, algorithm="HS256")
    return {"access_token": token, "token_type": "bearer", "expires_in": TOKEN_SECONDS}
