"""The hidden checks of lab11_security: the contract of the visible ones, with other inputs."""

from __future__ import annotations

from typing import Any

import pytest

from labkit.checks.api import Api, exercise
from labkit.checks.running import Start, running
from labkit.labs.lab11_security import accounts, keys, logins, scopes, setups, tokens, transport
from labkit.labs.lab11_security.setups import CLIENTS, EDITH, GRACE, READ, WRITE, made, named

LAB = list(CLIENTS)[-1]
KEY = CLIENTS[LAB][-1]


@exercise("api_key")
def test_third_key(api: Api) -> None:
    """The last key of the last client works as the first does."""
    keys.admitted(api, LAB, KEY, "the last key of a client")


@exercise("api_key")
def test_texts_alike(api: Api) -> None:
    """Other texts are no keys either."""
    wrong = {
        "another wrong key": made(),
        "a key in other letters": KEY.swapcase(),
        "a client's name": LAB,
        "a key behind a letter": f"k{KEY}",
        "a text of 4000 letters": "k" * 4000,
    }
    keys.all_alike(api, wrong)


@exercise("api_key")
def test_strange_bytes(api: Api) -> None:
    """Other bytes are no keys either."""
    for key in (b"\xff\xfe\xfd", "ключ 🔑".encode(), KEY.encode() + b"\xe4"):
        keys.refused(keys.ask(api, "other bytes", {keys.HEADER: key}))


@exercise("api_key")
def test_other_places(api: Api) -> None:
    """There are other places where a key is none."""
    for name, value in {
        "Api-Key": KEY,
        "Cookie": f"X-API-Key={KEY}",
        "X-Client-Key": KEY,
        "Proxy-Authorization": KEY,
    }.items():
        keys.refused(keys.ask(api, "a good key in another header", {name: value}))


@exercise("api_key")
def test_other_features(api: Api) -> None:
    """Other features are bad as well."""
    keys.bad_flowers(api, KEY, ["[NaN, 8.25, 1, 1]", "[1, 1, 1, 1, 1]", "[]", "null", "[1, 1, Infinity, 1]", '"1234"'])


@exercise("register")
def test_names_at_the_edge(api: Api) -> None:
    """The shortest and the longest names are names, and others are not."""
    accounts.joins(api, (named("zoe") + "0123456789" * 3)[:30], "p" * 8)
    for name in ("zoë", "zoe\n", "zo", "zoe!", "ZOE", "z" * 31, "../zoe"):
        accounts.join(api, name, made()).refuse("username")


@exercise("register")
def test_other_passwords(start: Start) -> None:
    """A password may have any characters, and is kept as a hash all the same."""
    server, name = running(start, setups.KEEPING), named("zoe")
    password = 'päss "wörd" \\ 🔑 ' + made()
    accounts.joins(server.api, name, password)
    accounts.is_hashed(server, name, password)


@exercise("register")
def test_other_fields(start: Start) -> None:
    """Other fields of a body give nothing either."""
    server = running(start, setups.KEEPING)
    accounts.takes_no_more(server, scope=f"{READ} {WRITE}", is_admin=True, scopes=[WRITE])


@exercise("login")
def test_other_logins(api: Api) -> None:
    """Other users get their tokens, whatever characters their passwords have."""
    logins.says(api, EDITH)
    logins.may(api, EDITH, set())


@exercise("login")
def test_other_scopes(api: Api) -> None:
    """Whatever is asked for, a token has what the user has of it."""
    logins.may(api, GRACE, {READ}, scope=f"{READ} models:delete admin")
    logins.may(api, GRACE, {READ, WRITE}, scope=f"{WRITE} {READ}")


@exercise("login")
def test_other_refusals(api: Api) -> None:
    """Nobody logs in with somebody else's password, or with a hash."""
    logins.refused(api, GRACE.name, EDITH.password)
    logins.refused(api, GRACE.name.upper(), GRACE.password)
    logins.refused(api, EDITH.name, str(EDITH.kept()["password_hash"]))
    logins.refused(api, named("xavier"), GRACE.password)


@exercise("tokens")
def test_nothing_but_claims(api: Api) -> None:
    """Claims that are no object, or of a wrong kind, are refused, and raise nothing."""
    for body in (["sub", "exp"], "claims", 7, b"\xff\xfe", b"[" * 20_000):
        tokens.refused(api, tokens.sign(body), "signed claims that are no object")
    wrong: dict[str, list[Any]] = {
        "sub": [7, ["a"], {"a": 1}],
        "exp": ["soon", [], {}],
        "iss": [7, ["x"]],
        "aud": [7, {"a": 1}],
    }
    for name, values in wrong.items():
        for value in values:
            tokens.refused(api, tokens.good(**{name: value}), f"a token, its {name} odd")


@exercise("tokens")
def test_not_finite(api: Api) -> None:
    """A time that is NaN or Infinity is none."""
    for value in ("nan", "inf", "-inf"):
        tokens.refused(api, tokens.good(exp=float(value)), f"a signed token whose exp is {value}")


@exercise("tokens")
def test_other_heads(api: Api) -> None:
    """Other heads are refused as well."""
    weaker = tokens.sign(tokens.claims(), head={"alg": "HS384"}, digest="sha384")
    tokens.refused(api, weaker, "a token that is signed by HS384", tokens.PINNED)
    heads: list[dict[str, Any]] = [{"alg": "None"}, {"alg": ["HS256"]}, {"alg": None}, {"alg": "RS256"}, {}]
    for head in heads:
        forged = tokens.sign(tokens.claims(), made(), head)
        tokens.refused(api, forged, "a forged token with another head")
        tokens.refused(api, forged.rpartition(".")[0] + ".", "a token with another head, and no signature")


@exercise("tokens")
def test_other_texts(api: Api) -> None:
    """Other texts are no tokens, and raise nothing."""
    whole = tokens.good()
    texts = (
        whole[:-20],
        whole + ".x",
        whole.rpartition(".")[0],
        whole.rpartition(".")[0] + ".",
        f".{whole}",
        b"\xe4.\xf6.\xfc",
    )
    for text in texts:
        tokens.refused(api, text, "a text that is no token")


@exercise("tokens")
def test_other_issuers(api: Api) -> None:
    """An issuer and an audience that only begin alike are others."""
    for name, value in {"iss": setups.TOKEN_ISSUER + "/", "aud": setups.TOKEN_AUDIENCE[:-1]}.items():
        tokens.refused(api, tokens.good(**{name: value}), f"a token whose {name} only begins alike")
    tokens.refused(
        api, tokens.good(exp=tokens.claims()["exp"] - tokens.HOUR - 300), "a token that expired five minutes ago"
    )


@exercise("tokens")
def test_other_users(api: Api) -> None:
    """Other tokens are answered with their users, whether anybody knows them or not."""
    name = named("unheard")
    tokens.whose(api, tokens.good(sub=name, scope=f"a:b {READ} c", nbf=1, jti="x"), name, ["a:b", READ, "c"])
    tokens.whose(api, tokens.good(sub=name, scope=None), name, [], "a token without scope")


@exercise("scopes")
@pytest.mark.parametrize("scope", ["xmodels:read", "models:readable", "models", "models:read,x", "MODELS:READ", ":"])
def test_other_words(api: Api, scope: str) -> None:
    """Other words are other scopes."""
    scopes.forbidden(api, "GET", tokens.good(scope=scope), "a token with another scope", scopes.WORDS)


@exercise("scopes")
def test_among_others(api: Api) -> None:
    """A scope counts wherever it stands, and a model has a good id."""
    scopes.adds(api, named("bert").replace("_", "-"))
    token = tokens.good(scope=f"a {WRITE} b")
    scopes.ask(api, "POST", token, "a good token and a bad id", "Not an id").refuse("id")


@exercise("transport")
def test_tls(start: Start) -> None:
    """Over TLS every response comes as it is, and says so."""
    transport.encrypted(running(start, setups.TLS))


@exercise("transport")
def test_other_redirects(start: Start) -> None:
    """Other requests are redirected as well, whatever else their headers say."""
    api = running(start, setups.HTTPS_ONLY).api
    for name, value in {"Forwarded": "proto=https", "X-Forwarded-Ssl": "on", "X-Forwarded-Scheme": "https"}.items():
        transport.redirected(api, "GET", "/me", {name: value})
    transport.redirected(api, "PUT", "/nowhere/at-all?a=1&a=2&b=")
    transport.redirected(api, "GET", "/openapi.json")
