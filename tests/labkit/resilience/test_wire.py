"""The lean client of a live run, and whether the run counts."""

import contextlib
import select
import socket
import threading

import pytest

from labkit.resilience import calm, wire


@contextlib.contextmanager
def _server(content):
    """Answer one connection with this, and hang up; with None, say nothing until the block ends.

    What is in a list is sent over and over.
    """
    over, got = threading.Event(), []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connection, _ = listening.accept()
            with connection:
                got.append(connection.recv(65536))
                if content is None:
                    over.wait()
                elif isinstance(content, list):
                    with contextlib.suppress(OSError):
                        while not over.wait(0.02):
                            connection.sendall(*content)
                else:
                    connection.sendall(content)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield lambda: socket.create_connection(listening.getsockname()), got
        finally:
            over.set()
            thread.join()


def test_an_answer():
    """A request is sent with its body as JSON, and its answer is read whole."""
    with _server(b'HTTP/1.1 201 Created\r\nX-Cache: hit\r\nContent-Length: 9\r\n\r\n{"a": 42}') as (dial, got):
        answer = wire.send(dial, "POST", "/x", {"X-API-Key": "mine"}, {"b": 1})
    assert (answer.status, answer.headers["x-cache"], answer.json) == (201, "hit", {"a": 42})
    head, _, body = got[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /x HTTP/1.1")
    assert b"X-API-Key: mine" in head
    assert body in (b"", b'{"b": 1}')  # it may come in a second piece


def _hung_up(content):
    """Open a connection whose other end has said this and hung up before anything was sent."""
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(content)
    return ours


def test_who_refuses_before_the_body_has_come_has_answered():
    """The answer of a server that hangs up before all was sent is read as any other; without one it is no answer."""
    refusal = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
    answer = wire.send(lambda: _hung_up(refusal), "POST", "/x", {}, {"b": 1})
    assert (answer.status, answer.headers["retry-after"]) == (429, "1")
    with pytest.raises(wire.Unreachable):
        wire.send(lambda: _hung_up(b""), "POST", "/x", {}, {"b": 1})


@pytest.mark.parametrize("content", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal"])
def test_no_whole_answer(content):
    """A connection that ends before the answer is whole, or says something else, is no answer."""
    with _server(content) as (dial, _), pytest.raises(wire.Unreachable):
        wire.send(dial, "GET", "/", {})


@pytest.mark.parametrize("content", [None, [b"HTTP/1.1 200 OK\r\n\r\n"]], ids=["nothing", "no end"])
def test_silence(content):
    """Who never answers, or never comes to an end, is told apart from who hangs up."""
    with _server(content) as (dial, _), pytest.raises(wire.Silent):
        wire.send(dial, "GET", "/", {}, seconds=0.2)


def test_a_chunk_of_less_than_nothing():
    """Of a chunk whose size is below zero, and which never ends, as much is read as of any other body."""
    with _server([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n" + b"x" * wire.MOST]) as (dial, _):
        assert len(wire.send(dial, "GET", "/", {}).text) == wire.MOST


def test_a_crowd():
    """The answers to many requests are read as they come, with their numbers; who stays silent ends the wait."""
    with _server(None) as (first, _), _server(b"HTTP/1.1 204 No Content\r\n\r\n") as (second, _):
        sent = [wire.begin(dial, "GET", "/", {}) for dial in (first, second)]
        select.select([sent[1]], [], [])
        answers = wire.as_they_come(sent, 0.2)
        assert [(number, answer.status) for number, answer in [next(answers)]] == [(1, 204)]
        with pytest.raises(wire.Silent, match="1 of 2"):
            next(answers)


def test_a_void_run_is_repeated(monkeypatch):
    """A run that does not count is run again from the beginning, twice at most, and then says nothing at all."""
    done, gaps = [], iter([True, False])

    @contextlib.contextmanager
    def troubled():
        yield
        if next(gaps, True):
            raise calm.VoidRun("this machine stood still")

    monkeypatch.setattr(calm, "calm", troubled)
    assert calm.repeated(lambda: done.append("run") or "held", lambda: done.append("afresh")) == "held"
    assert done == ["run", "afresh", "run"]
    with pytest.raises(calm.VoidRun):
        calm.repeated(lambda: done.append("run"), lambda: None)
    assert done.count("run") == 2 + calm.RUNS


def test_a_quiet_run_counts(monkeypatch):
    """A run counts, unless the checker's client or its machine stood still."""
    with calm.calm():
        pass
    monkeypatch.setattr(calm, "LONGEST", -1.0)
    with pytest.raises(calm.VoidRun), calm.calm():
        pytest.fail("it has not begun")
