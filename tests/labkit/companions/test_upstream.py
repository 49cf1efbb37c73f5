"""An upstream: what it answers, what it waits for, and what it knows of those who ask."""

import asyncio
import socket
import threading

import httpx
import pytest
from support.live import until

from labkit.companions.upstream import HANG_UP, Reply, Upstream, json_reply


@pytest.fixture
def upstream():
    with Upstream(socket.create_server(("127.0.0.1", 0))) as started:
        yield started


@pytest.fixture
def client(upstream):
    port = upstream.listening.getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=300) as client:
        yield client


def test_it_answers_by_path_and_keeps_the_connection(upstream, client):
    """Each path has its answer, others have none, and calls and connections are counted."""
    upstream.answers["/age"] = json_reply({"value": 7})
    assert client.get("/age?unit=years").json() == {"value": 7}
    assert client.post("/other", json={"prompt": "a"}).status_code == 404
    assert [(call.method, call.path, call.body) for call in upstream.calls] == [
        ("GET", "/age", None),
        ("POST", "/other", {"prompt": "a"}),
    ]
    assert upstream.connections == 1


def test_it_hangs_up(upstream, client):
    """An upstream that hangs up breaks the connection, and the next call finds another one."""
    upstream.answers["/rude"] = HANG_UP
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/rude")
    assert client.get("/").status_code == 404
    assert upstream.connections == 2


def test_an_answer_that_drips_comes_byte_by_byte(upstream, client):
    """The head of an answer that drips, and its first byte, are there while the rest is not; in the end it is whole."""
    upstream.answers |= {"/drip": Reply(200, b"abc", every=600), "/quick": Reply(200, b"abc", every=0.01)}
    with client.stream("GET", "/drip") as response:
        assert response.status_code == 200
        assert next(response.iter_raw()) == b"a"
        assert not upstream.calls[-1].answered
    assert client.get("/quick").content == b"abc"


def test_an_answer_may_wait(upstream, client):
    """While an answer waits, its call is inside, and others are answered."""
    come = asyncio.Event()

    async def held(call):
        await come.wait()
        return json_reply(call.path)

    upstream.answers["/held"] = held
    asking = threading.Thread(target=client.get, args=("/held",))
    asking.start()
    until(lambda: upstream.inside("/held"))
    assert client.get("/").status_code == 404
    upstream._loop.call_soon_threadsafe(come.set)
    asking.join()
    until(lambda: not upstream.inside("/held"))  # the answer is there before its call has come to an end


@pytest.mark.parametrize("text", [b"nonsense\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"GET /"])
def test_nonsense_ends_its_own_connection(upstream, client, text):
    """What is no request, or only a part of one, harms nobody else."""
    with socket.create_connection(upstream.listening.getsockname()) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
    assert client.get("/").status_code == 404
