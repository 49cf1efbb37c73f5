"""Requests as a student writes them down, and several of them sent at the same time."""

import time
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from support.live import BEGUN, until

from labkit.http import requests
from labkit.http.requests import Ask
from labkit.loadtest import concurrent


@pytest.mark.parametrize(
    ("written", "asks"),
    [
        (("GET", "/items"), [Ask("GET", "/items")]),
        (("post", "/x", {"json": [1]}), [Ask("POST", "/x", "[1]", {"Content-Type": "application/json"})]),
        (("/items",), [Ask("GET", "/items")]),
        ((["/a", ("DELETE", "/b"), {"path": "/c", "content": "c"}],), None),
    ],
)
def test_requests_are_written_in_several_ways(written, asks):
    """A method and a path, a path alone, tuples, dicts: each is a request, with its body as JSON where it has one."""
    first, *rest = written
    options = rest.pop() if len(rest) > 1 else {}
    found = requests.read(first, *rest, **options)
    assert found == (asks or [Ask("GET", "/a"), Ask("DELETE", "/b"), Ask("GET", "/c", "c")])


@pytest.mark.parametrize(
    ("written", "options", "said"),
    [
        ([], {}, "no request in the list"),
        ([5], {}, "5 is no request. One is written"),
        ("items", {}, "'items' is no request"),
        (["/a"], {"json": 1}, "json goes with a method and a path"),
        ([{"path": "/a", "jsn": 1}], {}, "jsn: a request has json, content and headers"),
    ],
)
def test_what_is_no_request_is_refused(written, options, said):
    """What cannot be read is refused in one line that shows what a request looks like."""
    with pytest.raises(ValueError, match=said):
        requests.read(written, **options)


def test_requests_at_the_same_time_are_drawn_from_the_server(server, capsys, monkeypatch):
    """Each request has its bar; a blocked loop shows as waiting, and where the function worked is known."""
    made = FastAPI()

    @made.get("/blocks")
    async def blocks():
        BEGUN.set()
        time.sleep(0.5)

    @made.get("/quick")
    async def quick():
        return 1

    server.serve(made)
    BEGUN.clear()
    waits = SimpleNamespace(sleep=lambda _: until(BEGUN.is_set), time_ns=time.time_ns)
    monkeypatch.setattr(concurrent, "time", waits)  # the second is sent once the first is in its function
    picture = concurrent.send(server, requests.read(["/blocks", "/quick", "/nowhere"]), apart=0.1)
    blocked, waited, refused = picture.bars
    assert [bar.note for bar in picture.bars] == ["200", "200", "404"]
    assert (blocked.tone, refused.tone, refused.working) == ("good", "bad", None)
    assert blocked.working[1] - blocked.working[0] >= 0.5
    assert waited.working[0] >= blocked.working[1] - 0.01
    assert waited.end - waited.begin > waited.working[1] - waited.working[0]
    assert str(picture) in capsys.readouterr().out
