"""Tests in classes, in a module without section marks: each test counts for every exercise."""

import uuid
from datetime import datetime

import pytest
from fastapi.testclient import TestClient

from labkit.labs.lab06_testing.iris_api import Model, ModelNotLoadedError, create_app, get_model

FLOWERS = {"setosa": [5.0, 3.4, 1.5, 0.2], "versicolor": [5.9, 2.8, 4.3, 1.3], "virginica": [6.6, 3.0, 5.6, 2.1]}


@pytest.fixture
def app():
    app = create_app()
    yield app
    app.dependency_overrides.clear()


@pytest.fixture
def client(app):
    with TestClient(app) as client:
        yield client


def locs(reply):
    assert reply.status_code == 422
    assert reply.headers["Content-Type"] == "application/problem+json"
    return [part for error in reply.json()["errors"] for part in error["loc"]]


class TestLifespan:
    def test_state(self, app):
        client = TestClient(app)
        assert client.get("/readiness").status_code == 503
        with client:
            assert client.get("/readiness").status_code == 200
            assert client.get("/health").json()["model_loaded"]
        assert client.get("/readiness").status_code == 503

    def test_new_each_time(self, app):
        assert create_app() is not app


class TestAnswers:
    @pytest.mark.parametrize("name", FLOWERS)
    def test_single(self, client, name):
        answer = client.post("/predict", json={"features": FLOWERS[name]}).json()
        model = client.get("/model").json()
        assert answer["label"] == name == model["classes"][answer["class"]]
        assert answer["confidence"] == max(answer["probabilities"].values()) == answer["probabilities"][name]
        assert answer["model_version"] == model["version"]

    def test_batch(self, client):
        rows = [*FLOWERS.values(), FLOWERS["setosa"]]
        found = client.post("/predict/batch", json={"rows": rows}).json()["predictions"]
        assert [one["label"] for one in found] == [*FLOWERS, "setosa"]
        assert found == [client.post("/predict", json={"features": row}).json() for row in rows]
        for one in found:
            assert sum(one["probabilities"].values()) == pytest.approx(1)

    def test_fractions(self, client):
        row = [5.4, 2.6, 3.6, 1.4]
        [one] = client.post("/predict/batch", json={"rows": [row]}).json()["predictions"]
        assert one == client.post("/predict", json={"features": row}).json()

    def test_model(self, client):
        model = client.get("/model").json()
        assert model["classes"] == list(FLOWERS)
        assert datetime.fromisoformat(model["loaded_at"]).tzinfo is not None
        assert client.get("/model").json() == model


class TestBadInput:
    @pytest.mark.parametrize("text", ["[]", "[1,2,3]", "[1,2,3,4,5]", "[1,2,3,NaN]", "[1,2,Infinity,4]", '["a",2,3,4]', "7"])
    def test_features(self, client, text):
        reply = client.post("/predict", content=f'{{"features": {text}}}', headers={"Content-Type": "application/json"})
        assert "features" in locs(reply)

    @pytest.mark.parametrize(("body", "field"), [({}, "features"), ({"features": [1] * 4, "x": 1}, "x")])
    def test_fields(self, client, body, field):
        assert field in locs(client.post("/predict", json=body))

    @pytest.mark.parametrize("rows", [[], [[1] * 4] * 1001, [[1] * 4, [1] * 3]])
    def test_batches(self, client, rows):
        assert "rows" in locs(client.post("/predict/batch", json={"rows": rows}))


class Unlucky(Model):
    def predict_proba(self, rows):
        raise OSError("/etc/shadow")


def nobody():
    raise ModelNotLoadedError


ASKS = [("/predict", {"features": [1] * 4}), ("/predict/batch", {"rows": [[1] * 4]})]


class TestFailures:
    @pytest.mark.parametrize(("path", "body"), ASKS)
    def test_missing(self, app, client, path, body):
        app.dependency_overrides[get_model] = nobody
        for reply in (client.post(path, json=body), client.get("/model")):
            assert (reply.status_code, reply.headers["Retry-After"].isdecimal()) == (503, True)
        assert client.get("/health").is_success

    @pytest.mark.parametrize(("path", "body"), ASKS)
    def test_raising(self, app, client, path, body):
        app.dependency_overrides[get_model] = Unlucky
        reply = client.post(path, json=body)
        assert reply.status_code == 500
        assert "shadow" not in reply.text and "OSError" not in reply.text
        assert reply.json()["request_id"]


class TestAlways:
    def test_ids(self, client):
        own = uuid.uuid4().hex
        replies = [client.get(path) for path in ("/health", "/health", "/no", "/readiness")]
        assert len({reply.headers["X-Request-ID"] for reply in replies}) == 4
        assert client.get("/no", headers={"X-Request-ID": own}).headers["X-Request-ID"] == own
        assert client.get("/no", headers={"X-Request-ID": f"{own}<b>"}).headers["X-Request-ID"] != f"{own}<b>"

    def test_probes(self, app, client):
        app.dependency_overrides[get_model] = Unlucky
        assert client.get("/health").status_code == client.get("/readiness").status_code == 200
