# Uses what the API's module shows: its means and its version, an error with a message, its own get_model.

# %% setup
import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from labkit.labs.lab06_testing import iris_api

FLOWERS = {name: list(mean) for name, mean in iris_api.MEANS.items()}
ANY = FLOWERS["setosa"]

# %% client_fixture
@pytest.fixture
def client():
    with TestClient(iris_api.create_app(), raise_server_exceptions=False) as client:
        yield client


def test_before_and_after():
    first, second = TestClient(iris_api.create_app()), TestClient(iris_api.create_app())
    assert first.get("/model").status_code == first.get("/readiness").status_code == 503
    with second:
        assert first.get("/readiness").status_code == 503
        assert second.get("/readiness").status_code == second.get("/model").status_code == 200
    assert second.get("/readiness").status_code == 503

# %% happy_path
@pytest.mark.parametrize("name", FLOWERS)
def test_label(client, name):
    answer = client.post("/predict", json={"features": FLOWERS[name]}).json()
    assert answer["label"] == name == list(FLOWERS)[answer["class"]]
    assert list(answer["probabilities"]) == iris_api.Model().classes
    assert answer["probabilities"][name] == answer["confidence"]
    assert answer["model_version"] == iris_api.VERSION


def test_batch(client):
    found = client.post("/predict/batch", json={"rows": [*FLOWERS.values()]}).json()["predictions"]
    assert [one["label"] for one in found] == [*FLOWERS]


def test_model(client):
    first = client.get("/model").json()
    assert first["classes"] == [*FLOWERS]
    assert first == client.get("/model").json()

# %% bad_input
@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("/predict", '{"features": [1, 2, 3]}', "features"),
        ("/predict", '{"features": [1, 2, 3, 4, 5]}', "features"),
        ("/predict", '{"features": [1, 2, NaN, 4]}', "features"),
        ("/predict", '{"features": [1, 2, "x", 4]}', "features"),
        ("/predict", "{}", "features"),
        ("/predict", '{"features": [1, 2, 3, 4], "name": "x"}', "name"),
        ("/predict/batch", '{"rows": []}', "rows"),
        ("/predict/batch", '{"rows": [%s]}' % ", ".join(["[1, 2, 3, 4]"] * 1001), "rows"),
    ],
    ids=range(8),
)
def test_refused(client, path, text, name):
    reply = client.post(path, content=text, headers={"Content-Type": "application/json"})
    assert reply.status_code == 422
    assert any(name in error["loc"] for error in reply.json()["errors"])

# %% failures
@pytest.fixture
def instead(client, monkeypatch):
    return lambda make: monkeypatch.setitem(client.app.dependency_overrides, iris_api.get_model, make)


def missing():
    raise iris_api.ModelNotLoadedError("none")


class Raising(iris_api.Model):
    def predict_proba(self, rows):
        raise ValueError("swordfish")


def test_missing(client, instead):
    instead(missing)
    batch = client.post("/predict/batch", json={"rows": [ANY]})
    for reply in (client.get("/model"), client.post("/predict", json={"features": ANY}), batch):
        assert reply.status_code == 503
        assert int(reply.headers["Retry-After"]) == iris_api.RETRY_AFTER
    assert client.get("/health").status_code == 200


def test_raising(client, instead):
    instead(Raising)
    for reply in (
        client.post("/predict", json={"features": ANY}),
        client.post("/predict/batch", json={"rows": [ANY]}),
    ):
        assert reply.status_code == 500
        assert "swordfish" not in reply.text
        assert reply.json()["request_id"] == reply.headers["X-Request-ID"]

# %% invariants
def test_probes_do_not_ask_for_the_model(client, instead):
    asked = []

    def noting(request: Request):
        asked.append(request.url.path)
        return iris_api.get_model(request)

    instead(noting)
    for path in ("/health", "/readiness", "/model"):
        assert client.get(path).status_code == 200
    assert asked == ["/model"]


def test_batch_is_singles(client):
    rows = [[4.5 + step / 4, 3.5 - step / 8, 1.0 + step / 2, step / 5] for step in range(10)]
    found = client.post("/predict/batch", json={"rows": rows}).json()["predictions"]
    assert found == [client.post("/predict", json={"features": row}).json() for row in rows]
    for one in found:
        assert sum(one["probabilities"].values()) == pytest.approx(1)


def test_ids(client):
    def came(path, sent=None):
        return client.get(path, headers={"X-Request-ID": sent} if sent else {}).headers["X-Request-ID"]

    for path in ("/model", "/nowhere"):
        assert came(path) != came(path)
        assert came(path, "a-1") == "a-1"
        assert came(path, "a 1") != "a 1"
