"""A student's seat in a class, from the student's side."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from support.live import until
from support.seated_class import board, words

from autograder.board.store import Store
from labkit.classroom import membership
from labkit.classroom.reporter import Reporter

WRONG = '@app.get("/")\ndef read_root():\n    return "xyzzy"\n'
HELD = threading.Event()
"""Set when a board that records may answer."""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "class.sqlite"


@pytest.fixture
def recorded():
    """A board that takes everything and keeps the bytes; it answers when HELD is set."""
    said = []

    class Recorder(BaseHTTPRequestHandler):
        def do_POST(self):
            said.append((self.path, self.rfile.read(int(self.headers["Content-Length"])).decode()))
            HELD.wait()
            body = b'{"seat": 1, "secret": "ssssssssssssssssssssssss"}' if self.path == "/seats" else b""
            self.send_response(201 if body else 204)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *parts):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", said
    HELD.set()
    server.shutdown()
    thread.join()
    server.server_close()


def standings(file):
    """What is kept of each seat: its name, and each exercise with its checks and hints."""
    store = Store(file, "Monday")
    seats = store.room(words()).seats.values()
    store.close()
    return [
        (seat.name, {place[1]: (one.outcome, one.check, one.tries, one.hints) for place, one in seat.standings.items()})
        for seat in seats
    ]


def test_a_check_waits_for_no_board_and_tells_it_no_code(lab, recorded):
    """While the board is silent a check comes back with its verdict; what is sent in the end is what is shown."""
    url, said = recorded
    HELD.clear()
    lab.write("root", WRONG)
    assert "has no seat in class K7-42 at" in str(lab.join(url, "K7-42", "Ada"))
    assert "✗ root: incorrect" in str(lab.check("root"))
    lab.hint("root")
    assert str(lab.reports()).count("waiting  {") == 2
    HELD.set()
    until(lambda: "waiting" not in str(lab.reports()))
    assert "seat 1, called Ada in class K7-42" in str(lab.reports())
    reports = [line.partition("{")[2] for line in str(lab.reports()).splitlines() if line.startswith("sent ")]
    assert '"exercise":"root","outcome":"incorrect","check":"test_hello_world","hints":0}' in reports[0]
    assert '"exercise":"root","outcome":null,"check":"","hints":1}' in reports[1]
    sent = "".join(body for path, body in said if path == "/reports")
    assert all(report in sent for report in reports)
    assert "xyzzy" not in "".join(body for _, body in said)


@pytest.mark.program
def test_a_board_that_was_away_is_told_what_it_missed(lab, file, capfd):
    """Checks go on without a word while the board is away; once it is back it has each of them once."""
    with board(file) as running:
        port = int(running.url.rpartition(":")[2])
        assert "has seat 1 in class" in str(lab.join(running.url, running.code))
        lab.check("root")
        until(lambda: "waiting" not in str(lab.reports()))
    lab.write("root", WRONG)
    for _ in range(3):
        lab.check("root")
    assert capfd.readouterr().err == ""
    assert str(lab.reports()).count("waiting") == 3
    with board(file, port):
        until(lambda: "waiting" not in str(lab.reports()))
    assert standings(file) == [("", {"root": ("incorrect", "test_hello_world", 4, 0)})]


def test_a_hub_sets_the_class_and_leaving_it_lasts(lab, file, monkeypatch):
    """With LABKIT_CLASS the first hint or check takes a seat under the hub's name; who leaves it is forgotten."""
    folder = lab.draft.path.parent / ".progress"
    with board(file) as running:
        monkeypatch.setenv(membership.SETTING, f"{running.url} {running.code.lower()}")
        monkeypatch.setenv(membership.HUB_USER, "ada")
        assert "lab.leave() ends them" in str(lab.progress())
        lab.hint("root")
        until(lambda: "waiting" not in str(lab.reports()))
        assert "seat 1, called ada" in str(lab.reports())
        assert "the board has forgotten the seat" in str(lab.leave())
        other = Reporter(folder)
        other.tell("lab01_hello", "root", None, "", 1)
        assert (other.membership, other.waiting) == (None, 0)
        assert "Nothing is reported" in str(lab.reports())
    assert standings(file) == []


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("class.example.org", "K7-42", "problem   'class.example.org' is no address"),
        ("http://user@class.example.org", "K7-42", "is no address"),
        ("http://127.0.0.1:99999999", "K7-42", "is no address"),
        ("http://127.0.0.1", "", "problem   a code has 1 to 20 characters"),
        ("http://127.0.0.1:{closed}", "K7-42", "the board is away"),
    ],
)
def test_what_cannot_be_joined_is_said(lab, address, code, said):
    """An address that is none, a code that is none, and a board that is not there are said, and raise nothing."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # it does not listen
        assert said in str(lab.join(address.format(closed=closed.getsockname()[1]), code))
    lab.leave()


def test_a_notebook_that_is_graded_reports_nothing(workbook, monkeypatch):
    """Where nbgrader runs a notebook no class is joined, whatever the hub has set."""
    import labkit

    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setenv(membership.SETTING, "http://127.0.0.1:9 K7-42")
    lab = labkit.open("lab01_hello")
    try:
        assert str(lab.join("http://127.0.0.1:9", "K7-42")) == "Nothing is reported to a class."
    finally:
        lab.server.stop()
