# The client is returned out of its `with`, which ends the app.
# fails: client_fixture, happy_path, bad_input, invariants
# says: `return` leaves the `with`

# %% client_fixture
@pytest.fixture
def client():
    """A client of a new app, whose lifespan has run."""
    with TestClient(iris_api.create_app()) as client:
        return client


# What is true before the lifespan, during it and after it
def test_ready_between_start_and_shutdown():
    client = TestClient(iris_api.create_app())
    assert client.get("/readiness").status_code == 503
    with client:
        assert client.get("/readiness").json() == {"status": "ready"}
        assert client.get("/health").json()["model_loaded"] is True
    assert client.get("/readiness").status_code == 503


def test_apps_share_nothing():
    assert iris_api.create_app() is not iris_api.create_app()
