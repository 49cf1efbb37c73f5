"""The heartbeat: it is drawn from what the live server's loop and the module's code really do."""

import os
import re

import pytest

import labkit
from autograder.authoring import stubs
from labkit import sections
from labkit.environment import ROOT
from labkit.labs.lab08_concurrency.buttons import SENDS
from labkit.labs.lab08_concurrency.heartbeat import LOOP, THREADS, Heartbeat
from labkit.loadtest import concurrent
from labkit.pictures.gantt import Bar

pytestmark = pytest.mark.program

SOLUTION = {
    section.name: section.source
    for section in sections.parse(stubs.unmarked((ROOT / "solutions" / "lab08_concurrency.py").read_text("utf-8")))
}
HASH = [("POST", "/fingerprint", {"text": text}) for text in "ab"]


@pytest.fixture
def lab(workbook, monkeypatch):
    """The lab with its first section, and hashes that take so long that no machine misses them."""
    monkeypatch.setenv("ROUNDS", "1500000")
    monkeypatch.setattr(concurrent, "SECONDS", 600.0)  # and however long they take on a machine that is slow
    opened = labkit.open("lab08_concurrency")
    opened.write("setup", SOLUTION["setup"])
    yield opened
    opened.server.stop()
    opened.upstream.stop()


def compute(line):
    return f"async def compute(text):\n    return {line}\n"


def test_a_loop_that_computes_does_not_beat(lab):
    """Where the loop computes there is a hole in its beat, as long as the work, and the work is in its lane."""
    lab.write("processes", compute("slow_hash(text)"))
    picture = lab.heartbeat(*HASH)
    longest = max(end - begin for begin, end in picture.silences)
    assert longest > 0.5 * sum(bar.working[1] - bar.working[0] for bar in picture.bars) / 2
    assert picture.work()[LOOP]
    assert not picture.work()[THREADS]
    assert 'data-holes="0"' not in picture.html()


def test_a_thread_that_computes_is_in_its_lane(lab):
    """Where threads compute, the loop beats on, and the work is in their lane."""
    lab.write("processes", compute("await asyncio.to_thread(slow_hash, text)"))
    picture = lab.heartbeat(*HASH)
    begin, end = min(bar.begin for bar in picture.bars), max(bar.end for bar in picture.bars)
    assert sum(begin < beat < end for beat in picture.beats) > 10
    assert picture.work()[THREADS]


def test_each_process_has_its_lane(lab):
    """With a pool each process that has answered has a lane, and none of the work is in the server."""
    lab.write("processes", SOLUTION["processes"])
    picture = lab.heartbeat(*HASH * 2)
    lanes = [place for place in picture.work() if re.fullmatch(r"your code in process \d+", place)]
    assert len(lanes) == 2
    assert not any(str(os.getpid()) in lane for lane in lanes)
    assert not picture.work()[THREADS]
    assert picture.html().count("data-place=") == 4


def test_the_same_as_text(lab):
    """The text has the beat, the lanes and the requests, and calls a refusal by its status."""
    for name in ("client", "capacity"):
        lab.write(name, SOLUTION[name])
    text = str(lab.heartbeat(*SENDS["9 texts"]))
    assert re.search(r"event loop +\|[|: ]+\| \d+ beats, longest silence", text)
    assert text.count("POST /generate") == 9
    assert len(re.findall(r"! .*, 503", text)) == 3


def test_a_module_that_is_not_served_has_no_beat(lab):
    """Where nothing is served the picture says so, and every request has its bar."""
    lab.server.stop()
    lab.server._bring_up = lambda: lab.server.fail("it is broken")
    picture = lab.heartbeat("/ping")
    assert len(picture.bars) == 1
    assert picture.bars[0].tone == "bad"


def test_a_button_sends_and_draws(lab):
    """A button sends its requests at the same time, and the picture is theirs."""
    buttons = lab.heartbeat()
    assert "press a button" in str(buttons)
    buttons.press("a prediction")
    assert [bar.name for bar in buttons.picture.bars] == ["POST /predictions", "GET /ping"]
    assert "Heartbeat of a prediction" in buttons.html()


def test_work_of_one_process_follows_on_its_own():
    """What waits for a process is not yet at work there: one begins where the one before has ended."""
    bars = [Bar("POST /fingerprint", 0.0, end, (0.1, end), answer=b'{"pid": 7}') for end in (1.0, 2.0)]
    assert Heartbeat(bars=bars).work()["your code in process 7"] == [(0.1, 1.0), (1.0, 2.0)]
