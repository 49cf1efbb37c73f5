"""The visible checks of lab11_security: a student sees each sentence, and what a failing check saw.

Their keys, users and secrets are made anew in each run. What is wrong with a token is one thing at a time.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from labkit.checks.api import Api, exercise
from labkit.checks.running import Running, Start, running
from labkit.labs.lab11_security import accounts, keys, logins, scopes, setups, silence, tokens, transport
from labkit.labs.lab11_security.setups import ADA, CLIENTS, GRACE, READ, WRITE, made, named

LONGEST = 60.0  # a password's hash takes its time: on a busy machine much of it
SERVER = setups.SERVER
SHOP, PHONE, _ = CLIENTS
KEY = CLIENTS[PHONE][0]


@pytest.fixture
def server(start: Start) -> Running:
    """The server that `api` asks, with what it has printed."""
    return start(SERVER)


@pytest.fixture
def keeping(start: Start) -> Running:
    """A server whose users file can be read."""
    return running(start, setups.KEEPING)


@exercise("api_key")
def test_key(api: Api) -> None:
    """A client's key in X-API-Key is answered with the class, and with the client's name."""
    keys.admitted(api, PHONE, KEY)


@exercise("api_key")
def test_old_and_new(api: Api) -> None:
    """A client may have two keys while they are changed, and both work."""
    for number, key in enumerate(CLIENTS[SHOP], 1):
        keys.admitted(api, SHOP, key, f"the key number {number} of a client")


@exercise("api_key")
def test_no_key(api: Api) -> None:
    """Without a key the answer is 401, and WWW-Authenticate says what is missing."""
    keys.refused(keys.ask(api, "no key"))


@exercise("api_key")
def test_wrong_key(api: Api) -> None:
    """Any other text is refused with 401, always with the same answer."""
    keys.all_alike(api, {"a wrong key": made(), "a key and a letter more": KEY + "x", "half a key": KEY[:16]})


@exercise("api_key")
def test_digest(api: Api) -> None:
    """What the server keeps, the digest of a key, is no key."""
    keys.refused(keys.ask(api, "the digest of a key", {keys.HEADER: hashlib.sha256(KEY.encode()).hexdigest()}))


@exercise("api_key")
def test_other_bytes(api: Api) -> None:
    """Bytes that are no ASCII are refused with 401 as well."""
    for key in ("Schlüssel".encode("latin-1"), "Schlüssel".encode()):
        keys.refused(keys.ask(api, f"the bytes {key!r}", {keys.HEADER: key}))


@exercise("api_key")
def test_elsewhere(api: Api) -> None:
    """A good key in the URL or in Authorization is none."""
    for name in ("api_key", "X-API-Key", "key"):
        keys.refused(keys.ask(api, f"a good key in the URL, as {name}", params={name: KEY}))
    for value in (KEY, f"Bearer {KEY}"):
        keys.refused(keys.ask(api, "a good key in Authorization", {"Authorization": value}))


@exercise("api_key")
def test_bad_features(api: Api) -> None:
    """With a good key bad features are refused with 422, and NaN and Infinity are bad."""
    keys.bad_flowers(api, KEY, ["[1, 2, 3]", "[1, 2, 3, NaN]", "[Infinity, 2, 3, 4]", "[1, -Infinity, 3, 4]"])


@exercise("api_key")
def test_untold(server: Running) -> None:
    """No key stands in a response or in the log, neither a good one nor a wrong one."""
    wrong, api = made(), server.api
    replies = [keys.ask(api, "a key", {keys.HEADER: key}) for key in (KEY, wrong)]
    secrets = {"the key": KEY, "the wrong key": wrong}
    silence.in_responses(replies, secrets)
    silence.in_log(server, "POST /predict with a key, and with a wrong one", secrets)


@exercise("register")
def test_new_user(api: Api) -> None:
    """A new user is answered with 201, the username and the scope models:read."""
    accounts.joins(api, named("ann"), made())


@exercise("register")
def test_usernames(api: Api) -> None:
    """A username has 3 to 30 of a-z, 0-9 and _, else 422."""
    for name in ("ab", "a" * 31, "Ann", "ann-marie", "ann marie", ""):
        accounts.join(api, name, made()).refuse("username")


@exercise("register")
def test_passwords(api: Api) -> None:
    """A password has 8 to 128 characters, else 422: a longer one is work for nothing."""
    for password in ("x" * 7, "x" * 129, ""):
        accounts.join(api, named("ann"), password).refuse("password")
    accounts.joins(api, named("ann"), made() * 4)


@exercise("register")
def test_hash(keeping: Running) -> None:
    """What is kept is an argon2id hash of the password, with a salt of its own."""
    accounts.has_a_salt(keeping)


@exercise("register")
def test_more(keeping: Running) -> None:
    """Whatever else stands in the body gives nobody more scopes."""
    accounts.takes_no_more(keeping, scopes=[READ, WRITE])


@exercise("register")
def test_taken(keeping: Running) -> None:
    """A name that is taken is refused with 409, and nothing is changed."""
    accounts.is_taken(keeping, GRACE.name)


@exercise("register")
def test_race(api: Api) -> None:
    """Of four who want one name at the same time one gets it, and the others a 409."""
    accounts.at_the_same_time(api)


@exercise("register")
def test_password_untold(server: Running) -> None:
    """Neither the password nor its hash is in a response or in the log, errors included."""
    password, short = made(), made()[:7]
    tried = [(named("ann"), password), (GRACE.name, password), (named("ann"), short), ("Ann!", password)]
    replies = [accounts.join(server.api, name, word) for name, word in tried]
    secrets = {"the password": password, "the short password": short, "its hash": "$argon2"}
    silence.in_responses(replies, secrets)
    silence.in_log(server, "POST /users, four times", secrets)


@exercise("login")
def test_token(api: Api) -> None:
    """The form of a login is answered with a token, its type, and how many seconds it is good for."""
    logins.token(api, ADA)


@exercise("login")
def test_claims(api: Api) -> None:
    """The token is signed with TOKEN_SECRET, and says sub, iss, aud, iat, and exp TOKEN_SECONDS later."""
    logins.says(api, ADA)


@exercise("login")
def test_not_stored(api: Api) -> None:
    """The response says Cache-Control: no-store."""
    logins.not_stored(api, ADA)


@exercise("login")
def test_scope(api: Api) -> None:
    """The token has the user's scopes; where some are asked for, only those."""
    logins.may(api, GRACE, {READ, WRITE})
    logins.may(api, GRACE, {WRITE}, scope=WRITE, grant_type="password")


@exercise("login")
def test_wider_scope(api: Api) -> None:
    """Nobody gets a scope by asking for it."""
    logins.may(api, ADA, {READ}, scope=f"{READ} {WRITE}")


@exercise("login")
def test_alike(api: Api) -> None:
    """A wrong password and an unknown user get one answer: 401, and WWW-Authenticate: Bearer."""
    logins.alike(api, ADA)


@exercise("login")
def test_as_long(api: Api) -> None:
    """An unknown user takes at least half as long as a wrong password."""
    logins.takes_as_long(api, ADA)


@exercise("login")
def test_no_password(api: Api) -> None:
    """A form without a password, or without a username, is refused with 422."""
    for field in ("username", "password"):
        api.post("/token", data={field: ADA.name}, shown=f"a form with the {field} alone").expect(422)


@exercise("tokens")
def test_me(api: Api) -> None:
    """A good token is answered with its user and its scopes, in the token's order."""
    tokens.whose(api, tokens.good(sub="bea", scope=f"{WRITE} {READ}"), "bea", [WRITE, READ])
    for scope in ("", None):
        token = tokens.good(sub="bea", scope=scope)
        tokens.whose(api, token, "bea", [], "bearer in lower case, and a token without scopes", "bearer")


@exercise("tokens")
def test_no_token(api: Api) -> None:
    """Without a token the answer is 401, with WWW-Authenticate: Bearer; so it is with one elsewhere."""
    tokens.unknown(api.get("/me"))
    tokens.elsewhere(api, tokens.good())


@exercise("tokens")
def test_broken(api: Api) -> None:
    """What is no token is refused with 401, and error="invalid_token"."""
    for text in ("abc", "a.b.c", "...."):
        tokens.refused(api, text, f"the token {text}")


@exercise("tokens")
def test_expired(api: Api) -> None:
    """So is a token that has expired, and one whose time has not come."""
    tokens.refused(api, tokens.good(exp=tokens.claims()["exp"] - 2 * tokens.HOUR), "a token that expired an hour ago")
    later = tokens.claims()["exp"] - tokens.HOUR // 2
    tokens.refused(api, tokens.good(nbf=later), "a token with nbf in half an hour")


@exercise("tokens")
def test_without_end(api: Api) -> None:
    """So is a token without exp, and one without sub."""
    for name in ("exp", "sub"):
        tokens.refused(api, tokens.good(**{name: None}), f"a token without {name}", tokens.REQUIRE)


@exercise("tokens")
def test_unnamed(api: Api) -> None:
    """So is a token without iss, and one without aud."""
    for name in ("iss", "aud"):
        tokens.refused(api, tokens.good(**{name: None}), f"a token without {name}", tokens.REQUIRE)


@exercise("tokens")
def test_others(api: Api) -> None:
    """So is a token of another issuer, and one for another audience."""
    tokens.refused(api, tokens.good(iss="https://other.example"), "a token of another issuer", tokens.ISSUED)
    tokens.refused(api, tokens.good(aud="https://other.example"), "a token for another audience", tokens.MEANT)


@exercise("tokens")
def test_signature(api: Api) -> None:
    """So is a token with another signature, or with other claims behind the same one."""
    tokens.refused(api, tokens.others_secret(), "a token that somebody else has signed")
    tokens.refused(api, tokens.scratched(), "a token with another first letter in its signature")
    tokens.refused(api, tokens.swapped(), "a token whose claims were replaced")


@exercise("tokens")
def test_algorithm(api: Api) -> None:
    """So is a token that names another algorithm than HS256, none included."""
    tokens.refused(api, tokens.unsigned(), "a token with alg none, and no signature", tokens.PINNED)
    stronger = tokens.sign(tokens.claims(), head={"alg": "HS512", "typ": "JWT"}, digest="sha512")
    tokens.refused(api, stronger, "a token that is signed by HS512", tokens.PINNED)


@exercise("scopes")
def test_read(api: Api, given: dict[str, Any]) -> None:
    """GET /models lists the models for a token with models:read."""
    scopes.reads(api, given)


@exercise("scopes")
def test_write(api: Api) -> None:
    """POST /models adds a model for a token with models:write."""
    scopes.adds(api, "resnet-50")


@exercise("scopes")
def test_missing_scope(api: Api) -> None:
    """Without it the answer is 403, error="insufficient_scope" and the missing scope; neither includes the other."""
    scopes.forbidden(api, "POST", tokens.good(scope=READ), f'a token with scope "{READ}"')
    scopes.forbidden(api, "GET", tokens.good(scope=WRITE), f'a token with scope "{WRITE}"')


@exercise("scopes")
def test_words(api: Api) -> None:
    """A scope is a whole word."""
    scopes.forbidden(
        api, "POST", tokens.good(scope=f"{READ} {WRITE}r"), f'a token with scope "{READ} {WRITE}r"', scopes.WORDS
    )


@exercise("scopes")
def test_no_scope(api: Api) -> None:
    """A token without any scope gets the same answer."""
    for scope, what in ((None, "no scope"), ("", 'scope ""')):
        scopes.forbidden(api, "GET", tokens.good(scope=scope), f"a token with {what}")


@exercise("scopes")
def test_unknown(api: Api) -> None:
    """Without a good token the answer is 401, with WWW-Authenticate: Bearer."""
    scopes.unknown(api)


@exercise("scopes")
def test_documented(api: Api) -> None:
    """The document says how to log in, and which scope each of the two needs."""
    scopes.documented(api)


@exercise("transport")
def test_nosniff(api: Api) -> None:
    """Every response says X-Content-Type-Options: nosniff, errors included."""
    transport.nosniff(api)


@exercise("transport")
def test_plain(api: Api) -> None:
    """Without HTTPS_ONLY http is answered, without Strict-Transport-Security."""
    transport.plain(api)


@exercise("transport")
def test_redirect(start: Start) -> None:
    """With HTTPS_ONLY=1 a request over http is sent to https, with 307 or 308 and the same host, path and query."""
    api = running(start, setups.HTTPS_ONLY).api
    transport.redirected(api, "GET", "/models?page=2&q=a%20b")
    transport.redirected(api, "POST", "/predict")


@exercise("transport")
def test_said_by_anybody(start: Start) -> None:
    """X-Forwarded-Proto: https from anybody counts for nothing."""
    api = running(start, setups.HTTPS_ONLY).api
    transport.redirected(api, "GET", "/models", transport.TRUSTED)


@exercise("transport")
def test_said_by_the_proxy(start: Start) -> None:
    """From a proxy that uvicorn trusts it counts: the answer comes, with Strict-Transport-Security, errors included."""
    transport.over_https(running(start, setups.BEHIND_A_PROXY).api, transport.TRUSTED)


@exercise("transport")
def test_nothing_else(start: Start) -> None:
    """A request over http does nothing but be redirected."""
    server = running(start, setups.BEHIND_A_PROXY)
    transport.redirected(server.api, "DELETE", "/models")
    transport.nothing_else_happens(server)
