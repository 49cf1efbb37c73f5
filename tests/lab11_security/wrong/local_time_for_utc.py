# The time is that of utcnow, taken for local time.
# fails: login
# says: utcnow() has no zone

# %% login
from datetime import UTC, datetime

NOBODY = hasher.hash(secrets.token_urlsafe())


@app.post("/token")
def login(form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response):
    """Give a token to who knows the password."""
    user = users.find(form.username)
    fits = hasher.verify(form.password, user["password_hash"] if user else NOBODY)
    if not user or not fits:
        raise HTTPException(401, "Wrong username or password.", {"WWW-Authenticate": "Bearer"})
    scopes = [scope for scope in user["scopes"] if scope in form.scopes or not form.scopes]
    now = int(datetime.now(UTC).replace(tzinfo=None).timestamp())  # what utcnow() gives
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
