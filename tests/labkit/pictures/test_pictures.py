"""The picture kit: what a picture's data come to, and its two forms."""

import re
import threading

import pytest
from support.html_form import read
from support.live import until

from labkit.pictures import Bar, CardBoard, Chart, Gantt, StateTimeline, StatusGrid, Tone


@pytest.fixture
def gantt():
    return Gantt(
        "Two at once",
        [
            Bar("POST /predict", 0.0, 0.61, (0.01, 0.60), "200"),
            Bar("GET /model", 0.05, 0.64, None, "500", Tone.BAD),
            Bar("GET /late", 0.5),
        ],
    )


@pytest.fixture
def grid():
    made = StatusGrid("Faults")
    made.add("known", "GET", 200).got = 200
    made.add("unknown", "GET", 404).got = 500
    made.add("unknown", "POST", 405)
    return made


@pytest.fixture
def timeline():
    made = StateTimeline("Probes", {"ready": "good", "loading": "wait", "down": Tone.BAD})
    for at, state in [(0, "loading"), (2, "ready"), (3, "ready"), (6, "down")]:
        made.mark("readiness", state, at)
    made.mark("health", "ready", 0)
    made.event("crash", 6)
    made.event("end", 8)
    return made


def test_a_gantt_shows_each_request_over_one_axis(gantt):
    """Each request has a line with its bar, when the function worked, and what came of it."""
    page = read(gantt)
    assert page.values("data-bar") == ["POST /predict", "GET /model", "GET /late"]
    first, second, third = str(gantt).splitlines()[1:4]
    assert re.search(r"POST /predict \|█+░* *\| 610 ms, 200", first)
    assert re.search(r"GET /model    \| +░+\| ✗ 590 ms, 500", second)
    assert third.endswith("| under way")
    assert "3 requests, 1 under way" in str(gantt)


def test_a_gantt_grows_while_a_request_is_under_way():
    """The axis goes on with the clock as long as an answer is missing, and stands still afterwards."""
    picture = Gantt(bars=[Bar("GET /", 0.0)])
    picture.clock()
    before = picture.length
    until(lambda: picture.length > before)
    picture.bars[0].end = 0.25
    assert picture.length == 0.25
    assert "1 request in 250 ms" in str(picture)


def test_a_status_grid_counts_what_is_as_expected(grid):
    """A cell is as expected, otherwise, or not fired; each says what was expected."""
    page = read(grid)
    assert page.values("data-tone") == ["good", "bad", "off"]
    assert (grid.rows, grid.columns, grid.count("good")) == (["known", "unknown"], ["GET", "POST"], 1)
    assert str(grid) == (
        "Faults: 1 of 3 as expected\n  known    GET ✓ 200\n"
        "  unknown  GET ✗ 500, expected 404; POST ○ not fired, expected 405"
    )


@pytest.mark.parametrize("at_once", [1, 4])
def test_a_status_grid_fires_its_cells(at_once, capsys):
    """Each cell is fired, keeps what came back or was raised, and fired again it shows the new answer."""

    class Answer:
        status_code, text = 404, '{"detail":\n "gone"}'

    def broken():
        raise ConnectionError("nobody there")

    answers = iter([200, 201])
    grid = StatusGrid()
    grid.add("a", "x", 404, Answer)
    grid.add("b", "x", 200, broken)
    grid.add("c", "x", 201, lambda: next(answers))
    assert grid.fire(at_once) is grid
    assert [(cell.got, cell.tone) for cell in grid.cells.values()] == [
        (404, "good"),
        ("ConnectionError", "bad"),
        (200, "bad"),
    ]
    assert (grid["a", "x"].note, grid["b", "x"].note) == ('{"detail": "gone"}', "nobody there")
    assert grid.fire(at_once)["c", "x"].tone == "good"
    assert "2 of 3 as expected" in capsys.readouterr().out


def test_a_cell_may_accept_several_answers():
    """Where the contract leaves a choice, each of the answers it names is as expected."""
    grid = StatusGrid()
    grid.add("no model", "POST", [422, 503]).got = 503
    grid.add("bad input", "POST", (422, 503)).got = 500
    assert [cell.tone for cell in grid.cells.values()] == ["good", "bad"]
    assert "✗ 500, expected 422 or 503" in str(grid)


def test_a_cell_that_is_under_way_is_drawn_so():
    """While a cell waits for its answer it is neither right nor wrong."""
    grid, gate = StatusGrid(), threading.Event()
    cell = grid.add("slow", "GET", 200, lambda: gate.wait(30) and 200)
    thread = threading.Thread(target=cell.send)
    thread.start()
    until(lambda: cell.under_way)
    assert (cell.tone, "under way, expected 200" in str(grid)) == ("wait", True)
    gate.set()
    thread.join()
    assert cell.tone == "good"


def test_cards_turn_and_are_counted(board):
    """A card has a tone with its sign and words; the board counts them by what they are called."""
    page = read(board)
    assert list(zip(page.values("data-card"), page.values("data-tone"), strict=True)) == [
        ("one", "good"),
        ("two", "bad"),
        ("three", "off"),
    ]
    assert str(board).splitlines() == [
        "Mutants: 1 killed, 1 survived",
        "  ✓ one    killed by test_a: breaks one",
        "  ✗ two    survived: breaks two",
        "  ○ three  breaks three",
    ]


def test_a_tone_that_is_none_is_refused(board):
    """A misspelt tone is an error at once, where it is written."""
    with pytest.raises(ValueError, match="killed"):
        board["one"].turn("killed")


def test_a_timeline_has_a_span_for_each_state(timeline):
    """A state lasts until the next other one of its lane, the last one to the end; an unknown one is odd."""
    assert [(span.state, span.begin, span.end, span.tone) for span in timeline.spans("readiness")] == [
        ("loading", 0, 2, "wait"),
        ("ready", 2, 6, "good"),
        ("down", 6, 8, "bad"),
    ]
    timeline.mark("health", "confused", 7)
    assert timeline.spans("health")[-1].tone == "odd"
    assert read(timeline).values("data-lane") == ["readiness", "health"]
    assert str(timeline).splitlines() == [
        "Probes: 8.00 s",
        "  readiness  … loading 2.00 s, ✓ ready 4.00 s, ✗ down 2.00 s",
        "  health     ✓ ready 7.00 s, ! confused 1.00 s",
        "  at 6.00 s: crash",
        "  at 8.00 s: end",
    ]


def test_a_timeline_ends_with_its_block(capsys):
    """With the clock the last state lasts until the live block ends, and no longer."""
    timeline = StateTimeline()
    with timeline.live():
        timeline.mark("lane", "up")
        before = timeline.length
        until(lambda: timeline.length > before)
    length = timeline.length
    assert timeline.spans("lane")[-1].end == length == timeline.length
    assert "lane" in capsys.readouterr().out


EMPTY = [Gantt, StatusGrid, CardBoard, StateTimeline, Chart]


@pytest.mark.parametrize("kind", EMPTY)
def test_an_empty_picture_can_be_shown(kind):
    """Before there are data there is a picture with its title."""
    assert str(kind("Soon")).startswith("Soon")
    assert "Soon" in kind("Soon").html()
    assert read(kind("Soon")).tags[:2] == ["div", "style"]


@pytest.mark.parametrize("name", ["gantt", "grid", "board", "timeline", "chart"])
def test_each_picture_has_both_forms(name, request):
    """Every sign of the HTML form stands in the text form; repr is the text, also for a screen reader."""
    picture = request.getfixturevalue(name)
    forms = picture._repr_mimebundle_()
    assert forms["text/plain"] == str(picture) == repr(picture)
    for tone in Tone:
        assert (f'class="{tone}"' in forms["text/html"]) <= (tone.sign in str(picture) or name == "gantt")


NASTY = '<script>alert("1")</script>&amp;'


def test_names_of_students_cannot_break_a_picture():
    """Whatever a name or an answer says is shown as it is, never as a tag."""
    timeline = StateTimeline(NASTY)
    timeline.mark(NASTY, NASTY, 0)
    timeline.event(NASTY, 1)
    board, grid = CardBoard(NASTY), StatusGrid(NASTY)
    board.add(NASTY, NASTY).turn("good", NASTY)
    grid.add(NASTY, NASTY, NASTY, lambda: NASTY).send()
    chart = Chart(NASTY, x=NASTY, y=NASTY, kind="bar", note=NASTY).add(NASTY, NASTY, 1)
    for picture in (timeline, board, grid, chart, Gantt(NASTY, [Bar(NASTY, 0, 1, note=NASTY)])):
        assert "script" not in read(picture).tags
        assert NASTY in str(picture)
