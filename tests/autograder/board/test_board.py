"""The board of a class: who may say what, what it keeps, and what it shows."""

import json
import signal
from itertools import count

import httpx
import pytest
from support import seated_class
from support.live import until
from support.seated_class import LAB, words
from typer.testing import CliRunner

from autograder.__main__ import app
from autograder.board import room as rooms
from autograder.board.guesses import WRONG, Guesses
from autograder.board.room import Full, Hasty, Room
from autograder.board.store import Store, rows
from autograder.board.summary import View
from labkit.classroom.wire import Batch, Report

KERNEL = "0123456789abcdef"
REPORT = {"number": 1, "lab": LAB, "exercise": "root", "outcome": "incorrect", "check": "test_hello_world", "hints": 1}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("class") / "class.sqlite"


@pytest.fixture(scope="module")
def running(file):
    with seated_class.board(file) as running:
        yield running


@pytest.fixture(scope="module")
def client(running):
    with httpx.Client(base_url=running.url, trust_env=False, timeout=240) as client:
        yield client


@pytest.fixture
def join(client, running):
    """Take a seat; it returns the seat's number and the headers that prove it."""

    def join(name=""):
        seat = client.post("/seats", json={"code": running.code, "name": name}).json()
        return seat["seat"], {"Authorization": f"Bearer {seat['secret']}"}

    return join


def batch(*reports, **changed):
    return {"kernel": KERNEL, "reports": list(reports or [REPORT])} | changed


def seen(client, page):
    """What a page is sent first."""
    with client.stream("GET", f"{page}events?lab={LAB}") as stream:
        return json.loads(next(line for line in stream.iter_lines() if line.startswith("data:"))[5:])


def test_a_seat_speaks_for_itself_alone(client, running, join):
    """Without the code nobody sits down, without a secret nobody reports, and a secret reports for its own seat."""
    (ada, her), (ben, his) = join("Ada"), join("Ben")
    assert client.post("/seats", json={"code": "X0-00X"}).status_code == 403
    for nobody in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Bearer {ben}"}):
        assert client.post("/reports", json=batch(), headers=nobody).status_code == 401
        assert client.delete("/seats/mine", headers=nobody).status_code == 401
    assert client.post("/reports", json=batch(), headers=her).status_code == 204

    def shown(seat):
        state = seen(client, running.desk)
        places = {number: place for place, (number, _) in enumerate(state["seats"])}
        return state["exercises"][0]["cells"][places[seat]] if seat in places else None

    until(lambda: shown(ada) == "1")
    assert shown(ben) == "-"
    assert client.delete("/seats/mine", headers=his).status_code == 204
    until(lambda: shown(ben) is None)


def test_a_page_opens_with_its_own_key_alone(client, running, join):
    """A wrong key opens nothing; the hall's page has no names, and can neither set the clock nor take a seat away."""
    number, _ = join("Ada Lovelace")
    desk, hall = running.desk.removeprefix(running.url), running.projector.removeprefix(running.url)
    assert client.get(hall.replace("projector", "desk")).status_code == 404
    assert client.get(f"/desk/{'x' * 22}/").status_code == 404
    assert "default-src 'none'" in client.get(desk).headers["content-security-policy"]
    until(lambda: "Ada Lovelace" in json.dumps(seen(client, desk)))
    assert not {"seats", "stuck"} & seen(client, hall).keys()
    assert "Ada" not in json.dumps(seen(client, hall))
    for page, status in ((hall, 404), (desk, 204)):
        assert client.post(f"{page}clock/{LAB}").status_code == status
        assert client.delete(f"{page}seats/{number}").status_code == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (json.dumps(batch(*[REPORT] * 51)), 422),
        (json.dumps(batch(REPORT | {"code": "def read_root(): ..."})), 422),
        (json.dumps(batch(REPORT | {"lab": "lab99_none"})), 422),
        (json.dumps(batch(REPORT | {"check": "<b>"})), 422),
        (json.dumps(batch(REPORT | {"outcome": "splendid"})), 422),
        (json.dumps(batch(REPORT | {"hints": 10**400})), 422),
        (json.dumps(batch(kernel="k" * 17)), 422),
        ("[" * 20_000, 400),
        (" " * 40_000, 413),
        (iter([b" " * 1000] * 40), 413),
        (iter([b"{"]), 422),
    ],
    ids=count(),
)
def test_what_has_no_place_on_the_board_is_refused(client, join, body, status):
    """Too many, too long, too deep, unknown, or more than was asked for: the board refuses it and goes on."""
    _, her = join()
    reply = client.post("/reports", content=body, headers=her | {"Content-Type": "application/json"})
    assert reply.status_code in {status, 400 if status == 422 else status}
    assert client.post("/reports", json=batch(), headers=her).status_code == 204


@pytest.mark.program
def test_a_board_that_is_killed_has_what_it_has_answered(file, tmp_path):
    """Whatever was answered with 204 is there after a kill, under the same code and keys, and counts no second time."""
    kept = tmp_path / "class.sqlite"
    with seated_class.board(kept) as first:
        named = {"code": first.code, "name": "Ada"}
        seat = httpx.post(f"{first.url}/seats", json=named, trust_env=False, timeout=300).json()
        her = {"Authorization": f"Bearer {seat['secret']}"}
        httpx.post(f"{first.url}/reports", json=batch(), headers=her, trust_env=False, timeout=300).raise_for_status()
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
    with seated_class.board(kept) as second:
        assert second.desk.removeprefix(second.url) == first.desk.removeprefix(first.url)
        httpx.post(f"{second.url}/reports", json=batch(), headers=her, trust_env=False, timeout=300).raise_for_status()
        [stuck] = seen(httpx.Client(trust_env=False, timeout=300), second.desk)["stuck"]
    assert (stuck["name"], stuck["tries"], stuck["hints"]) == ("Ada", 1, 1)
    assert stuck["sentence"] == "GET / answers with the message Hello World"


def told(room, seat, at, exercise, outcome, number, kernel=KERNEL, check=""):
    report = Report(number=number, lab=LAB, exercise=exercise, outcome=outcome, check=check)
    room.take(seat, Batch(kernel=kernel, reports=[report]), at)


def test_a_class_has_bounds():
    """A seat that never reported makes room for another, a full class says so, and no seat talks without end."""
    room = Room(words())
    seats = [room.join(f"\u202e{number}")[0] for number in range(rooms.SEATS)]
    assert room.join("late")[0].number == rooms.SEATS + 1
    assert 1 not in room.seats
    assert seats[1].name == "\\u202e1"
    for seat in room.seats.values():
        told(room, seat, 1.0, "root", "correct", 1)
    with pytest.raises(Full):
        room.join("later")
    for number in range(20):
        told(room, seats[1], 1.0, "root", "correct", 1, kernel=f"{number:016x}")
    assert len(seats[1].kernels) == rooms.KERNELS
    for number in range(2, int(rooms.BURST) - 20 + 1):
        told(room, seats[1], 1.0, "root", "correct", number)
    with pytest.raises(Hasty):
        told(room, seats[1], 1.0, "root", "correct", 100)


def test_wrong_codes_have_to_wait():
    """Who has tried many codes waits, and others do not; after a while another one may be tried."""
    guesses = Guesses()
    for _ in range(int(WRONG)):
        assert guesses.wait("10.0.0.1", 5.0) == 0
        guesses.wrong("10.0.0.1", 5.0)
    assert guesses.wait("10.0.0.1", 5.0) == 2
    assert guesses.wait("10.0.0.2", 5.0) == 0
    assert guesses.wait("10.0.0.1", 8.0) == 0


def test_the_board_says_who_is_stuck_and_how_far_the_class_is():
    """The oldest failure comes first, what most read is counted, the middle of the class is held against the plan."""
    room = Room(words())
    ada, ben, chi = (room.join(name)[0] for name in ("Ada", "Ben", "Chi"))
    told(room, ada, 60.0, "root", "correct", 1)
    told(room, ben, 120.0, "root", "incorrect", 1, check="test_hello_world")
    told(room, chi, 300.0, "root", "error", 1)
    told(room, ben, 600.0, "root", "incorrect", 2, check="test_hello_world")
    told(room, ada, 900.0, "path_parameter", "incorrect", 2, check="test_of_a_newer_course")
    shown = View(room, room.words.labs[LAB], 1260.0).desk()
    stuck = [(one["name"], one["minutes"], one["quiet"], one["tries"]) for one in shown["stuck"]]
    assert stuck == [("Ben", 19, 11, 2), ("Chi", 16, 16, 1), ("Ada", 6, 6, 1)]
    assert [one["stuck"] for one in shown["exercises"]][:3] == [2, 1, 0]
    sentences = {one["sentence"] for one in shown["messages"]}
    assert "GET / answers with the message Hello World" in sentences
    assert {"the section is not served", "a check that is not in this copy of the course"} <= sentences
    assert shown["pace"]["gone"] == 20
    assert shown["pace"]["words"] == "Half of the class has solved 0 of 6 exercises or more, 13 min behind the plan."
    told(room, ben, 1300.0, "root", "correct", 3)
    assert [one["name"] for one in View(room, room.words.labs[LAB], 1310.0).desk()["stuck"]] == ["Chi", "Ada"]


def test_a_class_that_cannot_be_shown_is_refused_in_one_line(file, running, tmp_path):
    """A file that is none or is in use, a port that is taken and a name that is none: each says what to do."""
    (tmp_path / "text.sqlite").write_text("no database\n" * 100)
    port = running.url.rpartition(":")[2]
    for arguments, said in [
        (["--port", "0", "--file", str(tmp_path / "text.sqlite")], "is no class's file"),
        (["--port", "0", "--file", str(file)], "another board has this class"),
        (["--port", "0", "--file", str(tmp_path)], "with --file"),
        (["--port", port, "--file", str(tmp_path / "new.sqlite")], "Name another port with --port"),
        (["../monday"], "is no name of a class"),
        (["--host", "0.0.0.0"], "Say by which one students reach it"),
        (["--address", "class.example.org"], "begin it with https://"),
    ]:
        result = CliRunner().invoke(app, ["class", *arguments])
        assert (result.exit_code, result.output.count("\n")) == (2, 1), result.output
        assert said in result.output


def test_a_clock_begins_anew_in_another_lecture():
    """The first report of a lab starts its clock, the next do not, and one after hours of silence does."""
    room = Room(words())
    seat, _ = room.join("Ada")
    for number, (at, began) in enumerate([(100.0, 100.0), (5000.0, 100.0), (5000.0 + 2 * rooms.PAUSE, 26_600.0)], 1):
        told(room, seat, at, "root", "correct", number)
        assert room.clocks == {LAB: began}


def test_what_the_course_no_longer_has_is_passed_over(tmp_path):
    """A class that was kept under an older course opens, without the exercises that are gone."""
    store = Store(tmp_path / "class.sqlite", "Monday")
    room = store.room(words())
    seat, _ = room.join("Ada")
    told(room, seat, 1.0, "root", "correct", 1)
    store.write(list(rows(room, room.changes)))
    store.write([("UPDATE standing SET exercise = ?", [("gone",)])])
    assert store.room(words()).seats[1].standings == {}
    store.close()
