"""What a token allows: which requests are answered, and what is said of the others."""

from __future__ import annotations

from typing import Any

from labkit.checks.api import Api, Mismatch, Reply
from labkit.labs.lab11_security import tokens
from labkit.labs.lab11_security.setups import READ, WRITE

AGAIN = "who gets a 401 logs in again, for ever: this token is good, and its user may not"
WORDS = "a scope is a word: look for it in scope.split(), not in the text"
ABSENT = "a token may have no scope at all: claims.get('scope', '')"
NEEDS = {"GET": READ, "POST": WRITE}
SECURITY = "Security(..., scopes=[...]) in place of Depends tells the document which scopes are needed"


def ask(api: Api, method: str, token: str, what: str, name: str = "resnet-50") -> Reply:
    """Ask for the models, or add one."""
    options: dict[str, Any] = {"json": {"id": name}} if method == "POST" else {}
    return tokens.show(api, token, what, "/models", method=method, **options)


def listed(api: Api) -> list[str]:
    """Return the models, as somebody sees them who may."""
    reply = ask(api, "GET", tokens.good(scope=READ), f'a token with scope "{READ}"').expect(200)
    names = reply.json.get("models") if isinstance(reply.json, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        reply.fail('200 {"models": [ids]}')
    return names


def reads(api: Api, given: dict[str, Any]) -> None:
    """Expect the given models to be listed, and each to be one."""
    names, models = listed(api), given.get("MODELS")
    models = models if isinstance(models, list) else []
    if len(models) < 2 or not set(map(str, models)) <= set(names):
        sent = f'GET /models with a token with scope "{READ}"'
        raise Mismatch(sent, '200 {"models": [ids]}, all that MODELS has', f"{names}")


def adds(api: Api, name: str) -> None:
    """Expect a model to be added, and to be listed from then on."""
    reply = ask(api, "POST", tokens.good(scope=f"{READ} {WRITE}"), f'{{"id": "{name}"}} and both scopes', name)
    reply.expect(201, {"id": name})
    _is_there(api, reply, name, True)


def forbidden(api: Api, method: str, token: str, what: str, advice: str | None = None) -> None:
    """Expect a good token to be refused for what it does not allow."""
    before = None if method == "GET" else listed(api)
    needed = NEEDS[method]
    reply = ask(api, method, token, what, "must-not-be")
    wanted = f'403 with WWW-Authenticate: Bearer error="{tokens.INSUFFICIENT}", scope="{needed}"'
    if reply.raised and "KeyError: 'scope'" in reply.raised:
        reply.fail(wanted, ABSENT)
    if reply.status != 403:
        reply.fail(wanted, AGAIN if reply.status == 401 else advice if reply.status < 300 else None)
    if tokens.error(reply) != tokens.INSUFFICIENT or needed not in tokens.parameter(reply, "scope").split():
        reply.fail(wanted, got=f"WWW-Authenticate: {reply.headers.get('WWW-Authenticate', 'not there')}")
    if before is not None:
        _is_there(api, reply, "must-not-be", False)


def unknown(api: Api) -> None:
    """Expect a request without a good token to be asked for one."""
    for method in NEEDS:
        body: dict[str, Any] = {"json": {"id": "resnet-50"}} if method == "POST" else {}
        tokens.unknown(api.request(method, "/models", shown="without a token", **body))
        token = tokens.others_secret(scope=f"{READ} {WRITE}")
        tokens.unknown(ask(api, method, token, "a token that somebody else has signed"))


def documented(api: Api) -> None:
    """Expect the document to say how to log in, and which scope each operation needs."""
    reply = api.get("/openapi.json").expect(200)
    schemes = _at(reply.json, "components", "securitySchemes")
    found = {name for name, scheme in schemes.items() if _is_login(scheme)}
    if not found:
        wanted = f"an OAuth2 password flow with the tokenUrl /token and the scopes {READ}, {WRITE}"
        reply.fail(
            wanted,
            "the given bearer says all of this, once an endpoint depends on it",
            got=", ".join(schemes) or "none",
        )
    for method, needed in NEEDS.items():
        given = _required(reply.json, method, found)
        if given != [needed]:
            reply.fail(f'{method} /models with "security": [{needed}]', SECURITY, got=str(given))


def _required(document: Any, method: str, schemes: set[str]) -> list[str]:
    """The scopes that a document says an operation needs, by one of these schemes."""
    paths = _at(document, "paths")
    path = next((one for one in paths if one.rstrip("/") == "/models"), "")
    said = _at(paths, path, method.lower()).get("security")
    ways = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
    lists = [of for one in ways for name, of in one.items() if name in schemes and isinstance(of, list)]
    return sorted({scope for of in lists for scope in of if isinstance(scope, str)})


def _is_login(scheme: Any) -> bool:
    flow = _at(scheme, "flows", "password")
    url, scopes = flow.get("tokenUrl"), flow.get("scopes")
    fine = isinstance(url, str) and url.removeprefix(".").lstrip("/") == "token"
    return fine and isinstance(scopes, dict) and {READ, WRITE} <= scopes.keys()


def _at(document: Any, *path: str) -> dict[str, Any]:
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def _is_there(api: Api, reply: Reply, name: str, wanted: bool) -> None:
    if (name in listed(api)) is not wanted:
        reply.fail(
            f"GET /models {'lists' if wanted else 'does not list'} {name}", got=f"it does{'' if not wanted else ' not'}"
        )
