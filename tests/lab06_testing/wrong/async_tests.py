# Tests that are coroutines, as people write them for an async client. pytest runs none of them.
# fails: happy_path
# says: write `def`: a TestClient needs no `await`

# %% happy_path
# Predict, batch and model info: right answers
FLOWERS = [(SETOSA, 0, "setosa"), (VERSICOLOR, 1, "versicolor"), (VIRGINICA, 2, "virginica")]


@pytest.mark.parametrize(("flower", "number", "name"), FLOWERS)
async def test_each_species(client, flower, number, name):
    reply = client.post("/predict", json={"features": flower})
    assert reply.status_code == 200
    answer = reply.json()
    assert (answer["class"], answer["label"]) == (number, name)
    assert answer["confidence"] == answer["probabilities"][name] == max(answer["probabilities"].values())
    assert answer["model_version"] == client.get("/model").json()["version"]


async def test_batch_answers_each_row(client):
    reply = client.post("/predict/batch", json={"rows": [flower for flower, _, _ in FLOWERS]})
    assert reply.status_code == 200
    assert [answer["label"] for answer in reply.json()["predictions"]] == ["setosa", "versicolor", "virginica"]


async def test_model_info_stays_the_same(client):
    info = client.get("/model").json()
    assert info["classes"] == ["setosa", "versicolor", "virginica"]
    assert client.get("/model").json() == info
