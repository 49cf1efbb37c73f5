"""The live server of lab 10: its pictures, right or wrong, and the solution on a database that is not SQLite."""

import contextlib
import os
from importlib.util import find_spec

import httpx
import pytest
from support import postgres

import labkit
from autograder.authoring import stubs
from autograder.checks import lab10_design as checks
from labkit import sections
from labkit.checks import models
from labkit.checks.api import Api
from labkit.environment import ROOT
from labkit.labs.lab10_design import deployment, registry, replacing
from labkit.labs.lab10_design.windows import ELSEWHERE
from labkit.sandbox.inside import events

pytestmark = pytest.mark.program

needs_postgres = pytest.mark.skipif(
    not os.environ.get("CI") and not (postgres.programs() and find_spec("psycopg")),
    reason="install PostgreSQL (apt install postgresql) and pip install 'psycopg[binary]'",
)
SOLUTION = {
    section.name: section.source
    for section in sections.parse(stubs.unmarked((ROOT / "solutions" / "lab10_design.py").read_text("utf-8")))
}


@pytest.fixture
def lab(workbook, monkeypatch):
    """The lab as it is opened, nothing written yet, with the model of its checks."""
    model = workbook / "model.joblib"
    model.write_bytes(models.saved(checks.MODEL, checks.KNOWN.classes, checks.KNOWN.version))
    monkeypatch.setenv("MODEL_PATH", str(model))
    for name in ("DATABASE_URL", "ALLOWED_ORIGINS"):  # what the lab sets is forgotten afterwards
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setattr(Api, "_allowed", lambda self, sent, seconds: 120.0)  # a busy machine may take its time
    opened = labkit.open("lab10_design")
    yield opened
    opened.server.stop()
    for origin in opened.origins:
        origin.close()


@pytest.fixture
def write(lab):
    """Writes sections as they are solved, each with a part replaced where that is said."""

    def written(*names, **changed):
        for name in names:
            old, new = changed.get(name, ("", ""))
            assert old in SOLUTION[name]
            lab.write(name, SOLUTION[name].replace(old, new) if old else SOLUTION[name])
        return lab

    return written


def outcomes(windows):
    """What became of each wish, for both windows."""
    return [[seen.outcome for seen in of_page] for of_page in windows.seen.values()]


def test_the_page_that_is_allowed_reads_and_the_stranger_does_not(write, monkeypatch):
    """A stranger's request arrives though it may not read the answer; what a preflight forbids never arrives."""
    lab = write("setup", "resources", "etag", "idempotency", "cors")
    drawn = lab.windows()
    assert outcomes(drawn) == [["read"] * 4, ["hidden", "unsent", "unsent", "hidden"]]
    lines = [(one["window"], one["line"]) for one in drawn.arrived()]
    assert (1, "GET /deployment") in lines
    assert (1, "OPTIONS /deployment") in lines
    assert (1, "PUT /deployment") not in lines
    assert "it was never sent" in str(drawn)
    assert drawn.html().count('data-outcome="read"') == 4
    assert '200 {"model":"digits","threshold":0.25}' in str(drawn)
    assert ELSEWHERE not in drawn.html()
    monkeypatch.setenv("LABKIT_ADDRESS", "https://hub.example/proxy/{port}")
    assert ELSEWHERE in drawn.html()


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ("allow_origins=ORIGINS", 'allow_origins=["*"]', [["read"] * 4, ["read"] * 4]),
        ('"If-Match", ', "", [["read", "unsent", "read", "read"], ["hidden", "unsent", "unsent", "hidden"]]),
        ("allow_credentials=True", "allow_credentials=False", [["hidden", "unsent", "unsent", "hidden"]] * 2),
    ],
    ids=["star", "if_match", "credentials"],
)
def test_wrong_permissions_look_like_it(write, old, new, outcome):
    """A star lets the stranger read, a header that is not allowed stops the first page, and so on."""
    assert outcomes(write("setup", "etag", "idempotency", "cors", cors=(old, new)).windows()) == outcome


def test_an_etag_that_is_not_exposed_is_not_sent(write):
    """A page that cannot see the ETag sends its PUT without If-Match, and reads the 428."""
    lab = write("setup", "etag", "cors", cors=('expose_headers=["ETag", "Location"]', "expose_headers=[]"))
    assert "428" in next(iter(lab.windows().seen.values()))[1].said


def test_a_race_has_one_winner_and_its_rows(write):
    """Of equal requests one wins, in green, and the database is shown as it is then."""
    lab = write("setup", "resources", "etag", "idempotency")
    assert sorted(lab.race("PUT", 5).statuses) == [200, 412, 412, 412, 412]
    ended = lab.race("POST", 5)
    assert sorted(ended.statuses) == [201, 409, 409, 409, 409]
    assert "1 × 201, 4 × 409" in str(ended)
    assert ended.html().count('class="good"') == 1
    assert "race-" in str(lab.rows())
    assert lab.race("KEY", 3).statuses == (201, 201, 201)
    assert len(lab.rows().rows["predictions"]) == 1
    with pytest.raises(ValueError, match="none of 'PUT', 'POST', 'KEY'"):
        lab.race("DELETE")


def test_nothing_written_is_told_and_a_new_database_is_new(lab, write):
    """Without routes all lose; without a database that is said; a new one has what the first section puts there."""
    assert "There is no database yet" in str(lab.rows())
    write("setup")
    assert set(lab.race("POST", 3).statuses) == {404}
    write("resources")
    lab.client.post("/models", json={"id": "wine", "description": "Knows wines."}).raise_for_status()
    assert "id=wine" in str(lab.rows())
    assert "id=wine" not in str(lab.new_database())
    assert "id=iris" in str(lab.rows())


def test_the_first_page_asks_its_own_server_and_nobody_else_does(write):
    """What the page is told of races, arrivals and rows lies at a path that nobody can guess; the stranger has none."""
    lab = write("setup", "resources", "cors")
    lab.windows()
    first, second = lab.origins
    assert "<script>" in httpx.get(first.page).text
    ended = httpx.get(f"{first.page}race?kind=POST&count=4").json()
    assert "1 × 201, 3 × 409" in ended["said"]
    assert "race-" in httpx.get(f"{first.page}now").json()["rows"]
    for path in (f"{first.url}/now", f"{first.page}race?kind=DELETE&count=4", f"{second.page}now"):
        assert httpx.get(path).status_code == 404


def test_the_page_of_the_documentation_works_offline(write):
    """/documentation, a route of the student's own, loads its scripts from the live server, and the panel finds it."""
    lab = write("setup", "documentation")
    page = lab.client.get("/documentation").text
    assert "/.workbook/docs/swagger-ui-bundle.js" in page
    assert "cdn" not in page
    assert lab.server.pages.docs == "/documentation"
    assert "/documentation" in lab.progress().html()


class Live:
    """The live server as the checks see one that they have started."""

    def __init__(self, api):
        self.api = api
        self._told = []
        events.listen(self._told.append)

    @contextlib.contextmanager
    def holding(self, database):
        """Hold nothing: there is no file to be held."""
        yield lambda: None

    def events(self):
        told = self._told[:]
        self._told.clear()
        return told


@needs_postgres
def test_the_races_have_one_winner_on_postgresql_too(monkeypatch, write):
    """The same solution, unchanged: on a real PostgreSQL one wins each race, and nothing is done twice."""
    with postgres.server(postgres.programs()) as url:
        monkeypatch.setenv("DATABASE_URL", url.replace("postgresql:", "postgresql+psycopg:"))
        lab = write("setup", "resources", "replace", "etag", "idempotency")
        assert lab.server.problem is None
        registry.taken(lab.api)
        replacing.new_then_there(lab.api)
        replacing.cleared(lab.api)
        deployment.stale(lab.api)
        live = Live(lab.api)
        registry.race(live, "")
        deployment.race(live, "")
        checks.PREDICTIONS.once(live, 2.5)
        checks.PREDICTIONS.other_row(live)
        checks.PREDICTIONS.race(live)
        checks.PREDICTIONS.failure_is_free(live, 5)
        lab.server.stop()
