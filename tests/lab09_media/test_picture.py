"""The slate and the waterfall: drawn from what the live server does, also where that is wrong."""

import shutil

import pytest

import labkit
from autograder.authoring import stubs
from labkit import sections
from labkit.environment import ROOT
from labkit.labs.lab09_media import slate
from labkit.setup import training

REFERENCE = (ROOT / "solutions" / "lab09_media.py").read_text(encoding="utf-8")
SOLVED = {section.name: section.source for section in sections.parse(stubs.unmarked(REFERENCE))}
ORIGIN = "http://127.0.0.1:8888"
IMPORT = "from fastapi.responses import StreamingResponse"


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """The model of digits, trained once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("digits"))
        return training.digits()


@pytest.fixture
def lab(workbook, digits, monkeypatch):
    """The lab, with its first section and what a test adds."""
    monkeypatch.setenv("TOKEN_SECONDS", "0.1")
    monkeypatch.setenv("ALLOWED_ORIGINS", ORIGIN)
    shutil.copy(digits, training.folder())
    opened = labkit.open("lab09_media")
    opened.write("setup", SOLVED["setup"])
    yield opened
    opened.server.stop()


def write(lab, *names, **changed):
    """Write sections as they are solved, some with a part replaced."""
    for name in names:
        old, new = changed.get(name, ("", ""))
        assert old in SOLVED[name]
        lab.write(name, SOLVED[name].replace(old, new) if old else SOLVED[name])


def test_a_digit_is_answered_by_the_live_server(lab):
    """The text form shows the digit and the server's answer; the page has the model's own weights for the bars."""
    write(lab, "socket", "guard")
    drawn = lab.slate(7)
    assert '"label":"7"' in drawn.answer
    assert str(drawn).count("\n") == 9
    assert drawn.names == slate.DIGITS
    assert '"weights": [[' in drawn.html()


def test_a_slate_shows_what_came_where_it_is_wrong(lab):
    """The echo of the first section is shown as it came; code that raises is told with its line."""
    assert '{"echo":' in str(lab.slate())
    lab.write("socket", "async def answer(text):\n    return 1 / 0\n")
    assert "closed with 1006" in str(lab.slate())
    assert "closed with 1006" in lab.slate().html()


def test_tokens_fall_and_the_line_is_taken_up_again(lab, capsys):
    """Each token is drawn when it is made and when it arrives; behind the cut come those that are missing."""
    write(lab, "generate")
    drawn = lab.waterfall("the sea", count=9, cut=4)
    assert [name for _, name, _ in drawn.arrived] == [str(number) for number in range(1, 10)]
    assert {line for _, _, line in drawn.arrived[:4]} == {0}
    assert {line for _, _, line in drawn.arrived[4:]} == {1}
    assert 9 <= len(drawn.made) <= 11  # those that are under way when the line is cut are made for nobody
    assert drawn.ended
    assert "the end was told" in capsys.readouterr().out
    assert drawn.html().count("dot arrived") == 9


def test_a_collecting_server_and_a_forgetful_one_look_like_it(lab):
    """Collected tokens all arrive after the last was made; without Last-Event-ID the numbers begin again."""
    write(lab, "generate", generate=("write(prompt, count, start=last_event_id)", "list(write(prompt, count))"))
    drawn = lab.waterfall("the sea", count=6)
    assert min(at for at, _, _ in drawn.arrived) >= max(drawn.made) - 0.05
    write(lab, "generate", generate=("last_event_id: Annotated[int, Header(ge=0)] = 0", "last_event_id: int = 0"))
    drawn = lab.waterfall("the sea", count=6, cut=3)
    assert [name for _, name, _ in drawn.arrived] == ["1", "2", "3", "1", "2", "3", "4", "5", "6"]


def test_a_server_without_a_stream_is_told(lab):
    """Where nothing streams the picture says what came."""
    assert "404 application/json" in str(lab.waterfall(count=3))
    events = 'StreamingResponse(iter(["dta: x", "no event"]), media_type="text/event-stream")'
    lab.write("generate", f"{IMPORT}\n@app.get('/generate')\ndef generate():\n    return {events}\n")
    assert "the stream has ended, and no event had come" in lab.waterfall(count=3).html()


def test_new_code_ends_the_conversations_of_the_old(lab):
    """A WebSocket that is open when a section is run again is closed with 1012, so that nobody talks to old code."""
    write(lab, "socket", "guard")
    with lab.api.websocket(slate.PATH, origin=ORIGIN) as talk:
        assert talk.ask({"id": 1, "pixels": slate.written(0)}).json["id"] == 1
        write(lab, "guard")
        assert talk.receive().code == 1012
