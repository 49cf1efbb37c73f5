"""Server-sent events are read by the rules of the HTML standard, and whatever comes is an event or a mismatch."""

import contextlib

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.checks.api import Api, Mismatch
from labkit.http.body import LIMIT
from labkit.http.client import connect
from labkit.http.event_stream import Parser

TYPE = {"Content-Type": "text/event-stream; charset=utf-8"}


def read(*parts):
    """What a browser would be told: name, data and id of each event."""
    parser = Parser()
    return [(event.name, event.data, event.id) for part in parts for event in parser.feed(part)]


def answering(content, headers=None):
    def handler(request):
        return httpx.Response(200, headers=headers or TYPE, stream=httpx.ByteStream(content))

    return Api(connect("http://test", httpx.MockTransport(handler)))


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        ("data: a\n\n", [("message", "a", "")]),
        ("data: a\r\n\r\ndata:b\r\rdata:  c\n\n", [("message", "a", ""), ("message", "b", ""), ("message", " c", "")]),
        ("data: a\ndata\ndata: b\n\n", [("message", "a\n\nb", "")]),
        ("id: 7\nevent: done\ndata: x\n\ndata: y\n\n", [("done", "x", "7"), ("message", "y", "7")]),
        (": ping\n\nretry: 10\n\nevent: nothing\n\n", []),
        ("\ufeffdata: a\n\ndata: cut off", [("message", "a", "")]),
        ("id: a\0b\nwords: none\ndata: \u2028\x85\n\n", [("message", "\u2028\x85", "")]),
    ],
    ids=["plain", "line ends", "lines of data", "id and name", "nothing to tell", "mark and rest", "odd characters"],
)
def test_a_stream_is_read_by_its_rules(stream, events):
    """Any line end, several lines of data, comments, names and ids are read as a browser reads them, in any parts."""
    content = stream.encode()
    assert read(content) == events
    assert read(*(content[at : at + 1] for at in range(len(content)))) == events


@given(st.lists(st.binary(max_size=30), max_size=8))
def test_any_bytes_are_events_or_none(parts):
    """Whatever bytes come, in whatever parts, the events are those of the whole."""
    assert read(*parts) == read(b"".join(parts))


@given(st.binary(max_size=200), st.sampled_from([TYPE, {}, {"Content-Type": "\xff"}, {"Content-Length": "9"}]))
def test_any_answer_is_a_stream_or_a_mismatch(content, headers):
    """Whatever is answered, the check has events, or a mismatch to raise."""
    with contextlib.suppress(Mismatch), answering(content, headers).events("/") as stream:
        assert isinstance(stream.typed, bool)
        assert stream.read() == stream.came


def test_a_stream_without_end_is_read_up_to_a_limit():
    """Of an endless line no more is kept than of any body."""
    endless, wanted = answering(b"data: " + bytes(LIMIT)), "more than 2000000 bytes of events"
    with endless.events("/") as stream, pytest.raises(Mismatch, match=wanted):
        stream.next()


def test_what_a_check_does_wrong_is_not_blamed_on_the_stream():
    """An exception of the check itself, raised while a stream is open, stays what it is."""
    with pytest.raises(KeyError), answering(b"data: a\n\n").events("/"):
        raise KeyError("mine")
