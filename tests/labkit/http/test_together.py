"""Requests that are sent at the same time."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from support.live import until

from labkit.http.together import together

COUNT = 5


@pytest.fixture
def address():
    """A server that answers nobody before all are there."""
    meeting = threading.Barrier(COUNT)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                meeting.wait(300)
            except threading.BrokenBarrierError:
                body = b"alone"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address
        server.shutdown()
        thread.join()


def requests(address, count):
    url = f"http://{address[0]}:{address[1]}/"
    return [httpx.Request("POST", url, content=f"number {number}") for number in range(count)]


def test_all_are_there_before_anybody_is_answered(address):
    """Each request has a connection of its own, and the answers stand in the order of the requests."""
    answers = together(lambda: socket.create_connection(address), requests(address, COUNT), 300)
    assert [body.decode() for _, body in answers] == [f"number {number}" for number in range(COUNT)]


def test_an_answer_that_does_not_come_ends_in_time(address):
    """Where one waits for ever the time is up for all of them together."""
    with pytest.raises(TimeoutError):
        together(lambda: socket.create_connection(address), requests(address, COUNT - 1), 0.2)


def test_who_waits_can_look_whether_the_first_answer_has_come(address):
    """Between the last byte sent and the first one read it is known whether there is anything to read."""
    looks = []

    def sent(answered):
        looks.append(answered())
        with ThreadPoolExecutor(1) as thread:
            last = requests(address, 1)
            thread.submit(together, lambda: socket.create_connection(address), last, 300).result()
        until(answered)

    together(lambda: socket.create_connection(address), requests(address, COUNT - 1), 300, sent)
    assert looks == [False]
