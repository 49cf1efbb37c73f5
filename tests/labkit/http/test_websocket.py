"""A WebSocket ends in time, and whatever the other side says is an answer or a mismatch."""

import base64
import contextlib
import hashlib
import socket
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.live import GATE

from labkit.checks.api import Api, Mismatch, Overdue
from labkit.http.client import connect

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def handshake(request):
    key = next(line.split(b": ")[1] for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key"))
    accepted = base64.b64encode(hashlib.sha1(key + GUID).digest())
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    return head + b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n"


@contextlib.contextmanager
def saying(*frames, first=handshake, then=None):
    """A server that shakes hands, says this, and does something before it hangs up."""
    ours, theirs = socket.socketpair()

    def serve():
        with contextlib.suppress(OSError), theirs:
            answer = first(theirs.recv(65536))
            theirs.sendall(answer + b"".join(frames))
            if then:
                then(theirs)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with connect("http://test") as client:
        api = Api(client)
        api.dial = lambda: ours
        yield api
    GATE.set()
    thread.join(5)
    GATE.clear()


@pytest.mark.parametrize(
    ("frame", "got"),
    [
        (b"\x81\x02{}", "{}"),
        (b"\x82\x03abc", "a binary message of 3 bytes"),
        (b"\x01\x01{\x80\x01}", "{}"),
        (b"\x88\x02\x03\xf1", "closed with 1009"),
        (b"\x88\x00", "closed with 1005"),
        (b"", "closed with 1006"),
        (b"\x81\x02\xff\xfe", "closed with 1006"),
        (b"\xff\xff\xff", "closed with 1006"),
        (b"\x81\x7f\x00\x00\x01\x00\x00\x00\x00\x00", "closed with 1006"),
    ],
    ids=["text", "bytes", "parts", "code", "no code", "nothing", "no UTF-8", "nonsense", "a terabyte"],
)
def test_what_comes_is_a_message_or_an_end(frame, got):
    """Texts, bytes and parts of them are messages; a code, a broken frame or a huge one is an end."""
    with saying(frame) as api, api.websocket("/ws") as talk:
        assert talk.receive().got == got


def test_a_refused_handshake_is_a_status():
    """What the handshake was answered is a status; to talk all the same is a mismatch that says so."""
    refusal = b"HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n"
    wanted = r"expected  the handshake is accepted\ngot       403$"
    with saying(first=lambda request: refusal) as api, api.websocket("/ws") as talk:
        assert talk.status == 403
        with pytest.raises(Mismatch, match=wanted):
            talk.ask("hello")


@pytest.mark.parametrize("answer", [b"SSH-2.0\r\n", b"", b"HTTP/1.1 101 x\r\n\r\n"])
def test_what_is_no_handshake_is_a_mismatch(answer):
    """What is no answer to a handshake is a mismatch."""
    wanted = r"expected  a WebSocket\ngot       "
    with saying(first=lambda request: answer) as api, pytest.raises(Mismatch, match=wanted), api.websocket("/ws"):
        pass


@pytest.mark.parametrize("first", [handshake, lambda request: GATE.wait(30) and b""], ids=["answer", "handshake"])
def test_silence_ends_in_time(first):
    """Where nothing comes, the answer or the handshake is overdue."""
    silent, wanted = saying(first=first, then=lambda connection: GATE.wait(30)), r"an answer within 0.3 s"
    with silent as api, pytest.raises(Overdue, match=wanted), api.websocket("/ws", seconds=0.3) as talk:
        talk.ask("hello")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_an_answer_or_a_mismatch(frames):
    """Whatever bytes follow the handshake, the check has an answer, or a mismatch to raise."""
    with saying(frames) as api, contextlib.suppress(Mismatch), api.websocket("/ws", seconds=2) as talk:
        assert isinstance(talk.receive().got, str)


def test_what_a_check_does_wrong_is_not_blamed_on_the_socket():
    """An exception of the check itself, raised while a WebSocket is open, stays what it is."""
    with saying() as api, pytest.raises(KeyError), api.websocket("/ws"):
        raise KeyError("mine")
