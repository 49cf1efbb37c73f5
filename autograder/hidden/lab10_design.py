"""The hidden checks of lab10_design: the contract of the visible ones, with other inputs."""

from __future__ import annotations

import uuid

import pytest

from labkit.checks.api import Api, exercise
from labkit.checks.predictions import Known
from labkit.checks.running import Running, Start, running
from labkit.labs.lab10_design import deployment, origins, registry, replacing
from labkit.labs.lab10_design.keys import Predictions
from labkit.labs.lab10_design.models import SLOW, Moody
from labkit.labs.lab10_design.setups import setup
from labkit.labs.lab10_design.versions import Versions

MODEL = Moody(5, seed=1033)
KNOWN = Known(MODEL, ["fir", "elm", "ash", "oak", "yew"], "4.0.4-rc1")
ALLOWED = ("https://shop.example:8443", "http://10.0.0.7:3000", "https://third.example")
DATABASE = "other.db"
OTHER = setup(KNOWN, ",".join(ALLOWED), DATABASE)
PREDICTIONS = Predictions(KNOWN, MODEL)


@pytest.fixture
def other(start: Start) -> Running:
    """A server with another model and another database, for other origins."""
    return running(start, OTHER)


@exercise("resources")
def test_other_models(api: Api) -> None:
    """Other models are added, with values at their bounds."""
    registry.created(api, description="d" * 200, accuracy=0, stage="draft")
    registry.created(api, description="x", accuracy=1, stage="live")
    registry.taken(api, stage="live")


@exercise("resources")
def test_more_races(other: Running) -> None:
    """Other races have one winner, too."""
    registry.race(other, DATABASE)


@exercise("resources")
def test_other_pages(api: Api) -> None:
    """Other pages are right, also when a model has gone."""
    models = registry.whole(api, 9)
    registry.deleted(api, models[4]["id"])
    models = models[:4] + models[5:]
    for limit, offset in ((7, 2), (3, None), (None, 4), (100, 0)):
        registry.page(api, models, limit, offset)


@exercise("resources")
def test_another_restart(other: Running) -> None:
    """Another database outlives a restart, too."""
    registry.outlives(other)


@exercise("replace")
def test_other_replacements(api: Api) -> None:
    """Other models are replaced, with other fields left out."""
    replacing.defaults(api, description="Stage left out.", accuracy=0.125)
    replacing.defaults(api, description="Accuracy left out.", stage="live")
    replacing.new_then_there(api, description="Again.", stage="live", accuracy=0.0)


@exercise("replace")
def test_other_changes(api: Api) -> None:
    """Beside another field, null takes the one away, and the other is set."""
    replacing.cleared(api, description="Not measured.")
    replacing.only_what_is_sent(api)


@exercise("etag")
def test_more_updates(api: Api) -> None:
    """One update after the other, each with the ETag of the last."""
    for _ in range(3):
        deployment.replaced(api)
    deployment.stale(api)
    deployment.not_modified(api)


@exercise("etag")
def test_more_updates_at_once(other: Running) -> None:
    """Other races for one ETag have one winner."""
    deployment.race(other, DATABASE)


@exercise("idempotency")
def test_keys_of_others(other: Running) -> None:
    """Other keys, on a server with another model."""
    PREDICTIONS.once(other, 0.875, "a")
    PREDICTIONS.other_keys(other, ["ticket 7", "ticket-7", uuid.uuid4().hex])
    PREDICTIONS.other_row(other)


@exercise("idempotency")
def test_another_race(other: Running) -> None:
    """Another race for one key asks the model once."""
    PREDICTIONS.race(other, SLOW + 31)


@exercise("idempotency")
def test_another_row_after_a_failure(other: Running) -> None:
    """A key whose request has failed is free for another row as well."""
    PREDICTIONS.failure_is_free(other, 13, then=1.125)


@exercise("idempotency")
def test_another_restart_of_keys(other: Running) -> None:
    """Another key gets its first answer after a restart."""
    PREDICTIONS.outlives(other)


@exercise("versions")
@pytest.mark.parametrize("first", [0.625, 4.875, 6.5])
def test_other_flowers(other: Running, first: float) -> None:
    """Other flowers, on a server with another model, get their answers."""
    Versions(KNOWN).by_header(other.api, MODEL.row(first))


@exercise("versions")
def test_more_versions(api: Api, other: Running) -> None:
    """Other values of the header are refused, too."""
    Versions(KNOWN).other_values(other.api, ("0", "12", "1.0", "two", "-1"), MODEL.row(1))


@exercise("cors")
def test_other_origins(other: Running) -> None:
    """Other origins are allowed, where they stand in ALLOWED_ORIGINS."""
    origins.readable(other.api, ALLOWED)
    origins.failure_is_readable(other.api, ALLOWED[2])
    for path in ("/models/iris", "/predictions"):
        origins.asked_before(other.api, ALLOWED[1], path)


@exercise("cors")
def test_other_strangers(other: Running) -> None:
    """Other strangers get no permission."""
    alike = ("https://shop.example", "https://shop.example:8444", "http://10.0.0.7:300", "http://10.0.0.70:3000")
    origins.strangers(other.api, (*alike, "https://app.example", "https://notthird.example", "http://third.example"))
