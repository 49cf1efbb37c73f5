"""Nothing that reads what a service of lab14 says fails by itself, whatever that is."""

import contextlib
import json
import random
import socket

import httpx
from hypothesis import given
from hypothesis import strategies as st
from support.strange import HEADERS, strange

from labkit.checks.api import Api, Mismatch
from labkit.http.client import connect
from labkit.labs.lab14_capstone import crowds, doors, faults, ledgers, versions
from labkit.labs.lab14_capstone.campaign import Campaign
from labkit.labs.lab14_capstone.setups import FIRST, flower, right
from labkit.resilience import wire
from labkit.resilience.balancer import Replica
from labkit.resilience.promises import Phase
from labkit.sandbox.shared import Folder

ROW = flower()
RIGHT = json.dumps(FIRST.prediction(ROW))
OPERATION = {"deprecated": True, "responses": {"401": {}, "429": {}, "503": {}}}
SAYS = {
    "/v2/predict": RIGHT,
    "/openapi.json": json.dumps({"paths": {"/v1/predict": {"post": OPERATION}, "/v2/predict": {"post": OPERATION}}}),
    "/metrics": 'http_requests_total{method="GET",route="/",status="200"} 3.0\npredictions_total{model_version="a"} 1',
}
ENTRY = json.dumps({"request_id": "a", "client": "client-1", "features": ROW, **json.loads(RIGHT)})
READ = (Mismatch, wire.Unreachable, wire.Silent)
"""What becomes of an answer that is not as it should be."""


def service(dice):
    """A client of a service whose answers are strange."""

    def answer(request):
        text = strange(SAYS.get(request.url.path, "{}"), dice)
        headers = [(b"Retry-After", dice.choice(HEADERS)), (b"X-Cache", dice.choice(HEADERS))]
        return httpx.Response(dice.choice([200, 429]), headers=headers, content=text.encode("utf-8", "replace"))

    return Api(connect("http://127.0.0.1", httpx.MockTransport(answer)))


@contextlib.contextmanager
def dialled(dice):
    """What dials a service that has said something strange already; many of its answers are no HTTP."""
    with contextlib.ExitStack() as stack:

        def dial():
            ours, theirs = map(stack.enter_context, socket.socketpair())
            length = dice.choice([b"", b"Content-Length: 9\r\n", b"Transfer-Encoding: chunked\r\n"])
            header = b"Retry-After: " + dice.choice(HEADERS) + b"\r\n"
            body = strange(RIGHT, dice).encode("utf-8", "replace")
            status = dice.choice([b"200 OK", b"200 OK", b"503", b"999 \xff", b"20", b""])
            theirs.sendall(b"HTTP/1.1 " + status + b"\r\n" + header + length + b"\r\n" + body)
            theirs.shutdown(socket.SHUT_WR)
            return ours

        yield dial


@given(st.integers(0, 2**32))
def test_what_is_read_of_a_live_run(seed):
    """An answer over the lean client is right, or a promise was broken; and nothing else comes of it."""
    dice = random.Random(seed)
    campaign, phase = Campaign(None, None), Phase("strange")
    with dialled(dice) as dial:
        with contextlib.suppress(*READ):
            answer = campaign.ask(Replica("first", dial), ROW, "client-28", "once")
            kept = campaign.judge(phase, "a prediction", ROW, answer, faults.EVERY, busy=True)
            assert kept == (phase.seen["kept"] == 1)
        with contextlib.suppress(*READ):
            for one, reply in crowds.answers([crowds.Sent(ROW, wire.begin(dial, "POST", "/v2/predict", {}))]):
                right(reply, one.row, FIRST)


@given(st.integers(0, 2**32))
def test_what_is_read_of_the_books(seed):
    """Counters, documents, waiting times and lines of the audit that are none are named, and end no check."""
    dice = random.Random(seed)
    with Folder() as folder:
        folder.write(ledgers.AUDIT, strange(ENTRY, dice).encode("utf-8", "replace"))
        reply = service(dice).post("/v2/predict")
        with contextlib.suppress(Mismatch):
            for entry in ledgers.entries(folder):
                ledgers._entry(entry, reply, ROW, "the audit")
    for read in (ledgers._metrics, versions.described, lambda api: doors.long_enough(api, "client-3")):
        with contextlib.suppress(Mismatch):
            read(service(dice))
