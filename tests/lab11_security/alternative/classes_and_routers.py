# Dependencies are objects, endpoints belong to routers, and the middleware is plain ASGI.

# %% api_key
from fastapi import APIRouter, Header

OWNERS = [(digest.encode(), client) for client, digests in API_KEYS.items() for digest in digests]


class Owner:
    """Finds out whose key a request has."""

    def __call__(self, x_api_key: Annotated[str | None, Header()] = None):
        """Return the client's name, or refuse the request."""
        digest = hashlib.sha256((x_api_key or "").encode()).hexdigest().encode()
        found = [client for known, client in OWNERS if secrets.compare_digest(known, digest)]
        if not found:
            raise HTTPException(401, "A key is needed.", headers={"WWW-Authenticate": "ApiKey"})
        return found[0]


keyed = APIRouter()


@keyed.post("/predict")
async def predict(flower: Flower, owner: str = Depends(Owner())):
    """Say which class a flower is of."""
    return {"client": owner, "class": classify(flower.features)}


app.include_router(keyed)

# %% register
from fastapi.concurrency import run_in_threadpool
from pydantic import ConfigDict


class Registration(BaseModel):
    """A username, a password, and nothing else."""

    model_config = ConfigDict(extra="forbid")

    username: str = Field(min_length=3, max_length=30, pattern="^[a-z0-9_]*$")
    password: SecretStr = Field(min_length=8, max_length=128)


class Registered(BaseModel):
    """What is said of a new user."""

    username: str
    scopes: list[str] = ["models:read"]


@app.exception_handler(UsernameTaken)
async def taken(request: Request, problem: UsernameTaken):
    """Say that a name is taken."""
    return Response('{"detail": "taken"}', 409, media_type="application/json")


@app.post("/users", status_code=201, response_model=Registered)
async def register(new: Registration):
    """Register a user."""
    kept = await run_in_threadpool(hasher.hash, new.password.get_secret_value())
    await run_in_threadpool(users.add, new.username, kept, Registered(username=new.username).scopes)
    return {"username": new.username}


# %% tokens
class Guest:
    """Who comes with a token."""

    decoder = jwt.PyJWT({"require": ["exp", "sub", "iss", "aud"]})

    def __init__(self, token):
        """Read the token."""
        given = {"algorithms": ("HS256",), "issuer": TOKEN_ISSUER, "audience": TOKEN_AUDIENCE}
        self.claims = self.decoder.decode(token, TOKEN_SECRET, **given)


def read_token(token):
    """Return the claims of a token."""
    try:
        return Guest(token).claims
    except jwt.PyJWTError as problem:
        headers = {"WWW-Authenticate": 'Bearer error="invalid_token", error_description="try again"'}
        raise HTTPException(401, type(problem).__name__, headers) from problem


def claimed(token: str = Depends(bearer)):
    """Return the claims of the request's token."""
    return read_token(token)


me = APIRouter(prefix="/me")


@me.get("")
async def read_me(claims: dict = Depends(claimed)):
    """Say whose token this is."""
    return {"username": claims["sub"], "scopes": claims.get("scope", "").split()}


app.include_router(me)

# %% transport
class Guard:
    """Redirects what came over http, and adds headers to what goes out."""

    def __init__(self, app):
        """Stand in front of an app."""
        self.app = app

    async def __call__(self, scope, receive, send):
        """Answer a request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if HTTPS_ONLY and scope["scheme"] == "http":
            url = Request(scope).url.replace(scheme="https")
            return await RedirectResponse(url, 308)(scope, receive, send)
        more = [(b"x-content-type-options", b"nosniff")]
        if HTTPS_ONLY:
            more.append((b"strict-transport-security", b"max-age=63072000; includeSubDomains"))

        async def send_more(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self.app(scope, receive, send_more)


app.add_middleware(Guard)
