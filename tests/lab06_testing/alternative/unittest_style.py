# A TestCase with setUp and subtests, and the fixture that the first exercise asks for.

# %% setup
import unittest

import pytest
from fastapi.testclient import TestClient

from labkit.labs.lab06_testing import iris_api

FLOWERS = {"setosa": [5.0, 3.4, 1.5, 0.2], "versicolor": [5.9, 2.8, 4.3, 1.3], "virginica": [6.6, 3.0, 5.6, 2.1]}
JSON = {"Content-Type": "application/json"}


class Case(unittest.TestCase):
    def setUp(self):
        self.app = iris_api.create_app()
        self.client = self.enterContext(TestClient(self.app))

    def override(self, model):
        self.app.dependency_overrides[iris_api.get_model] = model
        self.addCleanup(self.app.dependency_overrides.clear)

# %% client_fixture
@pytest.fixture
def client():
    client = TestClient(iris_api.create_app())
    client.__enter__()
    yield client
    client.__exit__(None, None, None)


class Lifespan(unittest.TestCase):
    def test_states(self):
        app = iris_api.create_app()
        self.assertIsNot(app, iris_api.create_app())
        client = TestClient(app)
        states = [client.get("/readiness").status_code]
        with client:
            states.append(client.get("/readiness").status_code)
            self.assertTrue(client.get("/health").json()["model_loaded"])
        states.append(client.get("/readiness").status_code)
        self.assertEqual(states, [503, 200, 503])

# %% happy_path
class Answers(Case):
    def test_flowers(self):
        model = self.client.get("/model").json()
        self.assertEqual(model["classes"], list(FLOWERS))
        for number, (name, flower) in enumerate(FLOWERS.items()):
            answer = self.client.post("/predict", json={"features": flower}).json()
            self.assertEqual((answer["class"], answer["label"]), (number, name))
            self.assertAlmostEqual(answer["confidence"], answer["probabilities"][name])
            self.assertEqual(answer["model_version"], model["version"])

    def test_batch(self):
        answer = self.client.post("/predict/batch", json={"rows": list(FLOWERS.values())}).json()
        self.assertEqual([one["label"] for one in answer["predictions"]], list(FLOWERS))

    def test_loaded_at(self):
        self.assertEqual(self.client.get("/model").json(), self.client.get("/model").json())

# %% bad_input
class Bad(Case):
    def refused(self, path, body, field):
        reply = self.client.post(path, content=body, headers=JSON)
        self.assertEqual(reply.status_code, 422, body[:60])
        self.assertIn(field, [part for error in reply.json()["errors"] for part in error["loc"]])

    def test_features(self):
        for row in ("[1, 2, 3]", "[1, 2, 3, 4, 5]", "[NaN, 2, 3, 4]", '["one", 2, 3, 4]'):
            self.refused("/predict", f'{{"features": {row}}}', "features")
        self.refused("/predict", "{}", "features")
        self.refused("/predict", '{"features": [1, 2, 3, 4], "more": 1}', "more")

    def test_rows(self):
        row = "[1, 2, 3, 4]"
        for rows in ("[]", f"[{row}, [1]]", f"[{', '.join([row] * 1001)}]"):
            self.refused("/predict/batch", f'{{"rows": {rows}}}', "rows")

# %% failures
class Failing(Case):
    def asks(self):
        flower = FLOWERS["setosa"]
        yield self.client.post("/predict", json={"features": flower})
        yield self.client.post("/predict/batch", json={"rows": [flower]})

    def test_missing(self):
        def missing():
            raise iris_api.ModelNotLoadedError

        self.override(missing)
        for reply in (*self.asks(), self.client.get("/model")):
            self.assertEqual(reply.status_code, 503)
            self.assertRegex(reply.headers["Retry-After"], r"^\d+$")
        self.assertEqual(self.client.get("/health").status_code, 200)

    def test_raising(self):
        class Raising(iris_api.Model):
            def predict_proba(self, rows):
                raise KeyError("the crown jewels")

        self.override(Raising)
        for reply in self.asks():
            self.assertEqual(reply.status_code, 500)
            self.assertNotIn("jewels", reply.text)
            self.assertEqual(reply.json()["request_id"], reply.headers["X-Request-ID"])

# %% invariants
class Always(Case):
    def test_batch_and_singles(self):
        rows = [*FLOWERS.values(), [5.6, 2.9, 3.4, 1.1]]
        batch = self.client.post("/predict/batch", json={"rows": rows}).json()["predictions"]
        for row, found in zip(rows, batch, strict=True):
            self.assertEqual(found, self.client.post("/predict", json={"features": row}).json())
            self.assertAlmostEqual(sum(found["probabilities"].values()), 1)

    def test_ids(self):
        self.assertNotEqual(*(self.client.get("/none").headers["X-Request-ID"] for _ in range(2)))
        for own, kept in (("abc-123", True), ("abc 123", False), ("a" * 65, False)):
            found = self.client.get("/health", headers={"X-Request-ID": own}).headers["X-Request-ID"]
            self.assertEqual(found == own, kept)

    def test_probes(self):
        asked = []
        self.override(lambda: asked.append(1))
        self.client.get("/health")
        self.client.get("/readiness")
        self.assertEqual(asked, [])
