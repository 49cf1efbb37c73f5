"""What checks are written with: requests that end, replies that are compared, messages of four lines."""

import contextlib
import copy
import gzip
import socket
import tempfile
import threading
import time

import httpx
import pytest
from support.live import GATE

from labkit.checks import api as checking
from labkit.checks import compare
from labkit.checks.api import Api, Mismatch, Overdue, Raised
from labkit.http.client import connect

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


@contextlib.contextmanager
def answering(*answers):
    """A server that answers each connection with the next of these: bytes, or a function of the connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        for answer in answers:
            with contextlib.suppress(OSError), listener.accept()[0] as connection:
                connection.recv(65536)
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    host, port = listener.getsockname()
    with listener, connect(f"http://{host}:{port}") as client:
        yield Api(client)
    thread.join(5)


def mocked(handler, **options):
    return Api(connect("http://test", httpx.MockTransport(handler)), **options)


def replying(status=200, **options):
    return mocked(lambda request: httpx.Response(status, **options))


def drip(first, rest, pause=0.02):
    """Send something at once, then a byte every so often, without end."""

    def send(connection):
        connection.sendall(first)
        while True:
            connection.sendall(rest)
            time.sleep(pause)

    return send


@pytest.mark.parametrize(
    "answer",
    [
        lambda connection: GATE.wait(30),
        drip(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
        drip(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nx") or GATE.wait(30),
    ],
    ids=["no answer", "slow head", "slow body", "endless body", "body that stops"],
)
def test_a_request_ends_in_time(answer):
    """However slowly the bytes come, a request ends at its limit and says so."""
    GATE.clear()  # without the limit nothing would end it
    with answering(answer) as api:
        with pytest.raises(Overdue, match=r"^GET /x\nexpected  an answer within 0.3 s\ngot       none in that time$"):
            api.get("/x", seconds=0.3)
        GATE.set()


def test_redirects_share_one_limit():
    """Redirects that each take their time end at the limit of the one request."""

    def slowly(connection):
        time.sleep(0.2)
        connection.sendall(b"HTTP/1.1 307 x\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n")

    with answering(slowly, slowly, slowly) as api, pytest.raises(Overdue):
        api.get("/", seconds=0.3)


def test_a_giant_body_is_read_in_part():
    """A body without end that comes fast is read up to a limit."""
    with answering(drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 100_000, pause=0)) as api:
        assert len(api.get("/").text) == 2_000_000


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 307 x\r\nlocation: http://a:b/\r\ncontent-length: 0\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"",
    ],
    ids=["short body", "length no number", "no gzip", "redirect to nowhere", "no HTTP", "reset"],
)
def test_what_is_no_http_is_a_mismatch(answer):
    """A wrong length or encoding, a broken redirect, another protocol and a closed connection are no HTTP."""
    with answering(answer) as api, pytest.raises(Mismatch, match="expected  an HTTP response\ngot       "):
        api.get("/")


def test_a_broken_connection_is_never_blamed_on_the_next_check():
    """After a 500 whose connection is closed, the next request goes over a new one."""
    with answering(b"HTTP/1.1 500 x\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n", OK) as api:
        assert api.get("/").status == 500
        assert api.get("/").expect(200, {}).json == {}


def test_no_server_is_said_as_such():
    """Where nothing listens the reply is that the server is not running."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Raised, match="no connection: the server is not running"):
        Api(connect(f"http://127.0.0.1:{port}")).get("/")


def test_redirects_are_followed_on_the_same_server_only():
    """A redirect to the same server is followed; one to another host, port or scheme is the reply itself."""
    pages = {
        "/": "/next",
        "/next": "",
        "/host": "http://other/next",
        "/port": "http://test:81/",
        "/tls": "https://test/",
    }

    def handler(request):
        assert request.url.netloc == b"test"
        place = pages[request.url.path]
        return httpx.Response(307 if place else 200, headers={"location": place} if place else {}, text="there")

    api = mocked(handler)
    assert (api.get("/").status, api.get("/").text) == (200, "there")
    assert {api.get(path).status for path in ("/host", "/port", "/tls")} == {307}


def test_redirects_in_a_circle_end():
    """Redirects without end are a mismatch that says so."""
    api = mocked(lambda request: httpx.Response(307, headers={"location": "/"}))
    with pytest.raises(Mismatch, match="TooManyRedirects: more than 3 redirects"):
        api.get("/")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"{", b"[" * 100_000, b"", b"NaN1", b"9" * 5000])
def test_a_body_that_is_not_json_is_none(content):
    """A body that is not JSON, or not UTF-8, or too deep, is None to a comparison, which then shows what came."""
    reply = replying(content=content, headers={"content-type": "application/json"}).get("/")
    assert reply.json is None or isinstance(reply.json, float)
    with pytest.raises(Mismatch, match=r"expected  200 \{\"a\": 1\}\ngot       200"):
        reply.expect(200, {"a": 1})


def test_compressed_bodies_are_read():
    """A body the server compressed is compared as it was."""
    api = replying(content=gzip.compress(b'{"a": 1}'), headers={"content-encoding": "gzip"})
    assert api.get("/").expect(200, {"a": 1}).status == 200


def test_a_message_says_what_was_sent_expected_and_got():
    """A mismatch is four lines: the request with its body, the expectation, the reply, and advice if there is any."""
    with pytest.raises(Mismatch) as raised:
        replying(200, json={"item": "42"}).post("/items?a=1", json={"b": [1, 2]}).expect(
            201, {"item": 42}, advice="int"
        )
    assert str(raised.value).splitlines() == [
        'POST /items?a=1 {"b":[1,2]}',
        'expected  201 {"item": 42}',
        'got       200 {"item":"42"}',
        "try       int",
    ]


def test_the_parts_of_a_message_are_kept():
    """What was sent, expected and got, and the advice, can be asked for one by one, of a copy as well."""
    problem = copy.copy(Overdue("GET /", "200", "404\n{}", "look", "test_a does not count"))
    parts = (problem.sent, problem.expected, problem.got, problem.advice, problem.remark)
    assert parts == ("GET /", "200", "404 {}", "look", "test_a does not count")
    assert str(problem) == "GET /\nexpected  200\ngot       404 {}\ntry       look"
    assert Mismatch("GET /", "200", "404").advice == ""


@pytest.mark.parametrize("text", ["a\nb\nc\r\nd\x85e\u2028f", "x" * 5000, "\ud800".encode("utf-8", "surrogatepass")])
def test_a_message_has_at_most_four_short_lines(text):
    """Whatever the server answers, a message has at most four lines, none of them long."""
    with pytest.raises(Mismatch) as raised:
        replying(content=text).post("/", content=text).expect(404, advice="one\ntwo")
    lines = str(raised.value).splitlines()
    assert len(lines) == 4
    assert max(map(len, lines)) < 140


def test_what_the_code_raised_stands_in_the_message():
    """A 500 of code that raised says what and where, and counts as raised; a stub is told apart."""
    for raised_at, advice in [("ValueError in labs/x.py:3", None), ("NotImplementedError in labs/x.py:3", "replace")]:
        api = mocked(lambda request: httpx.Response(500, text="secret"), raised=lambda *_, at=raised_at: at)
        with pytest.raises(Raised) as raised:
            api.get("/").expect(200)
        assert f"got       500 ({raised_at})" in str(raised.value)
        assert ("try " in str(raised.value)) == bool(advice)


def test_a_refusal_names_the_field():
    """Refusing bad input takes the status and every name in the body."""
    reply = replying(422, json={"detail": [{"loc": ["body", "age"]}]}).get("/")
    assert reply.refuse("body", "age") is reply
    with pytest.raises(Mismatch, match="expected  422 naming income"):
        reply.refuse("income")
    with pytest.raises(Mismatch, match="expected  400"):
        reply.refuse(status=400)


@pytest.mark.parametrize(
    ("left", "right"), [(1, True), (0, False), ("1", 1), (None, 0), ([], {}), ({"a": 1}, {"a": True})]
)
def test_values_of_other_types_differ(left, right):
    """True is not 1, text is no number, and a list is no object."""
    assert not compare.same(left, right)


def test_equal_json_is_equal():
    """42 and 42.0 are the same number, and the order of an object's keys means nothing."""
    assert compare.same({"a": 42, "b": [True, None]}, {"b": [True, None], "a": 42.0})


def test_long_bodies_differ_where_they_differ():
    """Of two long bodies the message shows where they first differ."""
    rows = [{"name": f"item number {n}"} for n in range(30)]
    with pytest.raises(
        Mismatch, match=r'expected  200, "item number 7" at \[7\].name\ngot       200, "x" at \[7\].name'
    ):
        replying(json=[*rows[:7], {"name": "x"}, *rows[8:]]).get("/").expect(200, rows)
    with pytest.raises(Mismatch, match="expected  200, 30 items\ngot       200, 29 items"):
        replying(json=rows[1:]).get("/").expect(200, rows)


@pytest.mark.parametrize("rows", [None, [], [{"n": "a"}], [{"n": "a"}, {"n": "a"}], [{"n": "a"}, 1], "ab"])
def test_a_given_table_is_held_to_what_was_given(rows):
    """A given table of the wrong length, with doubled names or of another type is a mismatch that says so."""
    with pytest.raises(Mismatch, match="ROWS in your module\nexpected  a list of 2 dicts"):
        checking.table({"ROWS": rows}, "ROWS", 2, "n")
    assert len(checking.table({"ROWS": [{"n": "a"}, {"n": "b"}]}, "ROWS", 2, "n")) == 2


@pytest.mark.parametrize("folder", ["/work", f"{tempfile.gettempdir()}/judge-a1b2c3_d"])
def test_no_message_has_a_path_of_the_sandbox(folder):
    """A path below the folder of the sandbox is told as the student has it; any other stays."""
    others = f"not /etc/hosts, /work/main/x.py and home{folder}/a.b"
    said = str(Mismatch("GET /", "200", f"'{folder}/data/iris.joblib', {folder}/model.joblib, {others}"))
    assert said.endswith(f"'data/iris.joblib', model.joblib, {others}")


def test_the_wrong_status_alone_is_all_that_is_told():
    """Where the body is as expected, the line says that the status is not; else both are shown."""
    with pytest.raises(Mismatch, match=r"expected  201\ngot       200, with the right body$"):
        replying(json={"a": 1}).get("/").expect(201, {"a": 1})
    with pytest.raises(Mismatch, match=r'expected  201 {"a": 2}\ngot       200 {"a":1}$'):
        replying(json={"a": 1}).get("/").expect(201, {"a": 2})


@pytest.mark.parametrize(
    ("status", "body", "tried"),
    [
        (200, {"status_code": 404, "detail": "No.", "headers": None}, "raise it"),
        (200, {"status_code": 404, "detail": "No."}, None),
        (422, {"detail": [{"type": "missing", "loc": ["header", "if-match"], "msg": "Field required"}]}, "a default"),
        (
            422,
            {"detail": [{"type": "missing", "loc": ["query", "depth"], "msg": "Field required"}]},
            "a Pydantic model",
        ),
        (422, {"detail": [{"type": "missing", "loc": ["query", "page"], "msg": "Field required"}]}, None),
        (422, {"detail": [{"type": "missing", "loc": [], "msg": "Field required"}]}, None),
        (422, {"detail": "No."}, None),
    ],
)
def test_an_answer_that_shows_its_cause_is_told_what_to_try(status, body, tried):
    """An HTTPException that was returned, and what is looked for where it was not sent, are named; no others are."""
    with pytest.raises(Mismatch) as problem:
        replying(status, json=body).post("/jobs", json={"depth": 3}).expect(202)
    assert (problem.value.advice == "") if tried is None else (tried in problem.value.advice)


def test_a_plain_client_is_told_what_was_raised_afterwards():
    """A reply that several threads might have got tells what the code has raised once it is asked to."""
    api = mocked(lambda request: httpx.Response(500), raised=lambda method, path, since: f"KeyError in {method} {path}")
    reply = api.plain().get("/jobs?page=2")
    assert reply.raised is None
    assert api.explain(reply).raised == "KeyError in GET /jobs"
