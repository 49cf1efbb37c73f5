"""A body that never ends is sent, and what is answered meanwhile is read."""

import contextlib
import socket
import threading

import pytest
from support.live import GATE

from labkit.checks.api import Api, Mismatch, Overdue
from labkit.http.client import connect

CHUNKS = [b"5\r\nhello\r\n"] * 3
HEADERS = {"Transfer-Encoding": "chunked"}


@contextlib.contextmanager
def answering(answer, reads=True):
    """A server that reads the head, and perhaps the body, and answers; GATE lets it hang up."""
    ours, theirs = socket.socketpair()

    def serve():
        with contextlib.suppress(OSError), theirs:
            if reads:
                theirs.recv(65536)
            theirs.sendall(answer)
            GATE.wait(30)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with connect("http://test") as client:
        api = Api(client)
        api.dial = lambda: ours
        yield api
    GATE.set()
    thread.join(5)
    GATE.clear()


@pytest.mark.parametrize("parts", [CHUNKS, [bytes(100_000)] * 200], ids=["read", "not read"])
def test_an_answer_before_the_end_is_read(parts):
    """An answer that comes before the body has ended is the reply, also where nobody reads the body."""
    answer = b"HTTP/1.1 413 Too Large\r\ncontent-length: 5\r\n\r\nlarge"
    with answering(answer, reads=parts is CHUNKS) as api:
        reply = api.unfinished("POST", "/x", parts, "without an end", 60, HEADERS)
    assert (reply.status, reply.text, reply.sent) == (413, "large", "POST /x without an end")


@pytest.mark.parametrize(
    ("answer", "problem"), [(b"", Overdue), (b"HTTP/1.1 200 OK\r\n", Overdue), (b"nonsense\r\n\r\n", Mismatch)]
)
def test_no_answer_is_a_mismatch(answer, problem):
    """Silence, half an answer and nonsense are mismatches, in time."""
    with answering(answer) as api, pytest.raises(problem):
        api.unfinished("POST", "/x", CHUNKS, "without an end", 0.3, HEADERS)
