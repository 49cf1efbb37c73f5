"""The address of the live server for a browser that is on another machine."""

import pytest
from fastapi import FastAPI, Request
from support.live import get

from labkit.http import address
from labkit.pictures.view import linked

PREFIX = "/user/ada/proxy/8000"
PROXIED = {"X-Forwarded-Prefix": PREFIX}
SETTINGS = ("LABKIT_ADDRESS", "JUPYTERHUB_SERVICE_PREFIX", "JUPYTERHUB_PUBLIC_URL", "CODESPACE_NAME")


@pytest.fixture(autouse=True)
def _laptop(monkeypatch):
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"JUPYTERHUB_SERVICE_PREFIX": "/user/ada/"}, "/user/ada/proxy/8000"),
        (
            {"JUPYTERHUB_SERVICE_PREFIX": "/user/ada/", "JUPYTERHUB_PUBLIC_URL": "https://hub.example.org/user/ada/"},
            "https://hub.example.org/user/ada/proxy/8000",
        ),
        ({"CODESPACE_NAME": "wise-owl"}, "https://wise-owl-8000.app.github.dev"),
        (
            {"LABKIT_ADDRESS": "https://lab.example.org/proxy/{port}/", "JUPYTERHUB_SERVICE_PREFIX": "/user/ada/"},
            "https://lab.example.org/proxy/8000",
        ),
    ],
    ids=["laptop", "hub", "hub that knows its address", "codespace", "setting"],
)
def test_the_address_is_the_browsers(environment, expected, monkeypatch):
    """Each place where Jupyter runs has its own way to a port, a setting goes before it, and a text is linked to it."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert address.link(8000) == expected
    assert address.elsewhere() == bool(environment)
    assert f'<a href="{expected}/docs"' in linked(f"serving on {expected}, really", "/docs")


def test_the_server_names_the_address_of_the_browser(server, monkeypatch):
    """On a JupyterHub lab.server leads through the proxy, while programs keep the address of the machine."""
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    server.start()
    assert repr(server) == f"serving on /user/ada/proxy/{server.port}"
    assert server.url == f"http://127.0.0.1:{server.port}"


def test_an_app_behind_a_proxy_knows_its_prefix(server):
    """Documentation, schema, redirects and mounted applications carry the prefix; a direct request carries none."""
    app, mounted = FastAPI(), FastAPI()
    app.get("/items/")(list)

    @mounted.get("/where")
    def where(request: Request):
        return request.url_for("where").path

    app.mount("/inner", mounted)
    server.serve(app)
    page = get(server, "/docs", headers=PROXIED).text
    assert f"{PREFIX}/openapi.json" in page
    assert f"{PREFIX}/.workbook/docs/swagger-ui-bundle.js" in page
    assert get(server, "/openapi.json", headers=PROXIED).json()["servers"] == [{"url": PREFIX}]
    assert get(server, "/items", headers=PROXIED).headers["location"].endswith(f"{PREFIX}/items/")
    assert get(server, "/inner/where", headers=PROXIED).json() == f"{PREFIX}/inner/where"
    assert "servers" not in get(server, "/openapi.json").json()
    assert get(server, "/inner/where").json() == "/inner/where"
    assert server.traces.last("GET", "/items").target == "/items"


@pytest.mark.parametrize("prefix", ["nonsense", "/a b", '/"><script>', "//elsewhere.example", "/"])
def test_a_prefix_that_is_none_is_ignored(server, prefix):
    """Only a path can be a prefix; anything else leaves the request as it is."""
    server.start()
    page = get(server, "/docs", headers={"X-Forwarded-Prefix": prefix})
    assert "'/openapi.json'" in page.text
