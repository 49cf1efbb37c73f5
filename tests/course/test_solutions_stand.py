"""The solutions stand whatever is thrown at them: bad input is answered with 4xx, never with 500.

A lab joins by its name in LABS, and by the requests in POSTS that it accepts, if it takes bodies.
"""

import contextlib
import json
import socket

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from support.live import until

from autograder.authoring import stubs
from labkit.companions.upstream import Upstream, json_reply
from labkit.live.server import Server
from labkit.module import loading
from labkit.paths import HOME
from labkit.setup import training

pytestmark = pytest.mark.program

LABS = ["lab01_hello", "lab02_validation", "lab03_serving", "lab04_errors", "lab05_health", "lab08_concurrency"]

APPLICANT = {"age": 35, "income": 52000, "credit_score": 700, "purpose": "home"}
POSTS = {
    ("lab02_validation", "/items"): {"name": "Hammer", "price": 15.5, "is_offer": None},
    ("lab02_validation", "/applicants"): APPLICANT,
    ("lab02_validation", "/loans"): APPLICANT | {"loan_amount": 120000},
    ("lab04_errors", "/models"): {"id": "resnet", "description": "Sees a thousand kinds of things."},
    ("lab04_errors", "/predict"): {"features": [5.1, 3.5, 1.4, 0.2]},
    ("lab02_validation", "/users"): {"username": "ada", "email": "ada@example.com", "password": "Analytical-Engine"},
    ("lab03_serving", "/predict"): {"features": [5.1, 3.5, 1.4, 0.2]},
    ("lab03_serving", "/predict/batch"): {"rows": [[5.1, 3.5, 1.4, 0.2], [6.0, 2.7, 5.1, 1.6]]},
    ("lab05_health", "/predict"): {"features": [5.1, 3.5, 1.4, 0.2]},
    ("lab08_concurrency", "/fingerprint"): {"text": "red"},
    ("lab08_concurrency", "/generate"): {"prompt": "Once upon a time"},
    ("lab08_concurrency", "/predictions"): {"features": [5.1, 3.5, 1.4, 0.2]},
    ("lab08_concurrency", "/jobs"): {"depth": 3},
}

ANY_TEXT = {"/models/{model_id}", "/jobs/{job_id}"}
"""Paths whose one parameter may be any text, so that nothing can be wrong with it."""

HUGE = ["1e400", "-1e400", "1e308", "9" * 400, "9" * 5000, "-" + "9" * 400, "1e-400", "0." + "1" * 5000]
NOT_FINITE = ["NaN", "Infinity", "-Infinity"]
DEEP = ["[" * 200 + "]" * 200, "[" * 900 + "]" * 900, "[" * 100_000, '{"a":' * 900 + "1" + "}" * 900, '{"a":' * 100_000]
ODD_TEXTS = ['"\\ud800"', '"\\u0000"', '"\u202e"', '"' + "a" * 200_000 + '"', "true", "null", "[]", "{}", '"NaN"']
BODIES = [
    b"",
    b" ",
    b"null",
    b"[]",
    b"7",
    b'"text"',
    b"{",
    b"}",
    b"{'a': 1}",
    b'{"a": 1} {"a": 1}',
    b'{"a": }',
    b"\x00",
]
NOT_UTF8 = [
    b"\xff\xfe{\x00}\x00",
    b'{"name": "\xe4"}',
    b'{"\xff": 1}',
    b"\xc3\x28",
    "{}".encode("utf-16"),
    b"\xef\xbb\xbf{}",
]
KINDS = ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
KINDS += ["application/json; charset=latin-1", "application/vnd.api+json", "image/png", "nonsense", ""]


@pytest.fixture(scope="module")
def solutions(tmp_path_factory):
    """A live server for each lab, as its notebook runs it, with the model that its notebook trains."""
    servers, patch = {}, pytest.MonkeyPatch()
    upstream = Upstream(socket.create_server(("127.0.0.1", 0)), otherwise=json_reply({"name": "a", "value": 1}))
    found = {"MODEL_PATH": training.iris(), "PREDICTION_LOG": tmp_path_factory.mktemp("log") / "predictions.jsonl"}
    found |= {"UPSTREAM_URL": f"http://127.0.0.1:{upstream.listening.getsockname()[1]}"}
    for name, value in (found | {"ROUNDS": 10, "DEADLINE": 240, "SAVING": 0, "TRAINING": 0}).items():
        patch.setenv(name, str(value))
    for lab in LABS:
        module = tmp_path_factory.mktemp("labs") / f"{lab}.py"
        source = (HOME / "solutions" / f"{lab}.py").read_text(encoding="utf-8")
        module.write_text(stubs.unmarked(source), encoding="utf-8")
        server = Server(module, lambda: None)
        server.serve(loading.load(module).app)
        servers[lab] = server
        until(lambda url=server.url: httpx.get(f"{url}/readiness", trust_env=False, timeout=300).status_code != 503)
    patch.undo()
    with upstream:
        pool = f"{servers['lab08_concurrency'].url}/fingerprint"
        httpx.post(
            pool, json={"text": "the first one starts a process"}, trust_env=False, timeout=240
        ).raise_for_status()
        yield servers
        for server in servers.values():
            server.stop()


@pytest.fixture
def post(solutions, request):
    """Post a body to an endpoint of a solution."""
    lab, path = request.param
    with httpx.Client(base_url=solutions[lab].url, trust_env=False, timeout=300) as client:
        yield lambda content, kind="application/json": client.post(
            path, content=content, headers={"Content-Type": kind}
        )


endpoints = pytest.mark.parametrize("post", POSTS, indirect=True, ids=lambda place: place[1])


def changed(body):
    """Every body in which one field has something odd, and a body with an odd field more."""
    for name in body:
        for text in [*HUGE, *NOT_FINITE, *DEEP, *ODD_TEXTS]:
            parts = {other: json.dumps(value) for other, value in body.items()} | {name: text}
            yield f"{{{', '.join(f'{json.dumps(key)}: {value}' for key, value in parts.items())}}}"
    for key in ('"\\ud800"', '""', '"' + "k" * 10_000 + '"', '"__class__"'):
        yield f"{json.dumps(body)[:-1]}, {key}: 1}}"


def raises_on_purpose(case):
    """Whether this is the division that labs 04 and 05 leave open to zero, to show what becomes of an exception.

    Of a parameter that is sent several times, as [0.0], the server takes the last.
    """
    if case.path != "/fragile":
        return False
    sent = case.query.get("divide_by")
    value = sent[-1] if isinstance(sent, list) and sent else sent
    with contextlib.suppress(TypeError, ValueError):
        return float(value) == 0
    return False


# The servers run in threads of this process, and what they use of `random` is none of a strategy's.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@pytest.mark.parametrize("lab", LABS)
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_nothing_that_its_own_schema_allows_or_forbids_is_a_server_error(solutions, lab, mode):
    """Requests made from the solution's OpenAPI schema, valid and invalid ones, are never answered with 5xx."""
    schema = schemathesis.openapi.from_url(f"{solutions[lab].url}/openapi.json")
    schema.config.generation.update(modes=[mode])
    operations = [result.ok() for result in schema.get_all_operations()]
    assert operations
    for operation in operations:
        if mode is GenerationMode.NEGATIVE and not list(operation.iter_parameters()) and not operation.body:
            continue  # nothing can be wrong with a request that carries nothing
        if mode is GenerationMode.NEGATIVE and operation.path in ANY_TEXT:
            continue

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=50, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        def stands(case):
            assert case.call().status_code < 500 or raises_on_purpose(case)

        stands()


@endpoints
def test_odd_values_are_refused_or_accepted_and_never_a_server_error(post, request):
    """Numbers that are not finite or very large, deep JSON and odd texts are never answered with 5xx."""
    body = POSTS[request.node.callspec.params["post"]]
    assert post(json.dumps(body)).status_code in {200, 201, 202, 409}  # 409: it was made before
    for text in changed(body):
        reply = post(text)
        assert reply.status_code < 500, text[:200]
        reply.json()


@endpoints
@pytest.mark.parametrize(
    "content", [*BODIES, *NOT_UTF8, *map(str.encode, DEEP)], ids=lambda content: repr(content[:20])
)
def test_what_is_no_object_is_refused(post, content):
    """Empty bodies, broken JSON, bytes that are not UTF-8 and JSON too deep are refused with 4xx and a JSON body."""
    reply = post(content)
    assert 400 <= reply.status_code < 500
    assert reply.json()["detail"]


@endpoints
@pytest.mark.parametrize("kind", KINDS)
def test_a_body_of_another_type_is_refused(post, request, kind):
    """A body that does not call itself JSON is no body: 4xx, and nothing of it comes back."""
    body = POSTS[request.node.callspec.params["post"]]
    reply = post(json.dumps(body), kind)
    if "json" not in kind:
        assert 400 <= reply.status_code < 500
    assert reply.status_code < 500
    assert "Analytical-Engine" not in reply.text
