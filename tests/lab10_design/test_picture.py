"""The two windows, the finish of a race and the rows: drawn from what the live server does, right or wrong."""

import httpx
import pytest


def outcomes(windows):
    """What became of each wish, for both windows."""
    return [[seen.outcome for seen in of_page] for of_page in windows.seen.values()]


def test_the_page_that_is_allowed_reads_and_the_stranger_does_not(write):
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
