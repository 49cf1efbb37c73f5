"""What a server sends is read with a bound, and in a form that nothing stumbles over."""

import gzip
import json
import math
import tracemalloc
import zlib

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.checks.api import Api, Mismatch
from labkit.checks.compare import same
from labkit.http import body
from labkit.http.client import connect

MEGABYTE = 1_000_000


def answering(content, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return Api(
        connect(
            "http://test",
            httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(content))),
        )
    )


def streaming(content, encoding):
    """An answer whose body httpx has not read yet."""
    return httpx.Response(200, headers={"Content-Encoding": encoding}, stream=httpx.ByteStream(content))


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("GZip", gzip.compress), ("deflate", zlib.compress)]
)
def test_what_was_asked_for_is_unpacked(encoding, pack):
    """A body in an encoding that was asked for is unpacked."""
    assert answering(pack(b'{"a": 1}'), Content_Encoding=encoding).get("/").json == {"a": 1}


def test_a_bomb_is_unpacked_in_part():
    """Of a body that unpacks to a hundred megabytes two are read, and not much more memory is taken."""
    bomb = gzip.compress(bytes(100 * MEGABYTE), 9)
    tracemalloc.start()
    try:
        assert len(body.read(streaming(bomb, "gzip"))) == body.LIMIT
        assert tracemalloc.get_traced_memory()[1] < 4 * body.LIMIT
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "compress", "gzip, identity, gzip", "\x00"])
def test_other_encodings_are_refused(encoding):
    """An encoding that was not asked for, or one inside another, is a mismatch that names it."""
    with pytest.raises(Mismatch, match="Content-Encoding"):
        answering(gzip.compress(gzip.compress(b"{}")), Content_Encoding=encoding).get("/")


def test_a_packed_body_that_is_cut_off_is_refused():
    """A packed body without its end is no answer."""
    with pytest.raises(Mismatch, match="ends before its end"):
        answering(gzip.compress(b"x" * 1000)[:-9], Content_Encoding="gzip").get("/")


def test_a_packed_body_may_be_missing():
    """An answer without any body may name an encoding all the same."""
    assert answering(b"", Content_Encoding="gzip").get("/").text == ""


@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_beyond_every_float_is_infinite(sign):
    """A whole number of 400 digits is read as an infinite one: no comparison with a float raises."""
    assert body.parse(str(sign * 10**400)) == sign * math.inf
    assert body.parse(str(sign * 10**200)) == sign * 10**200


@pytest.mark.parametrize("text", ["", "{", "[" * 99_999, "nul", "[" * 101 + "]" * 101, '{"a":' * 101 + "1" + "}" * 101])
def test_what_is_no_json_is_none(text):
    """What is no JSON, or too deep to be compared, is None."""
    assert body.parse(text) is None


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(VALUES, VALUES)
def test_any_two_values_can_be_compared(left, right):
    """Every JSON value is read as what it says, and compared with any other without a word."""
    read = body.parse(json.dumps(left))
    assert same(read, right) in (True, False)
    assert json.dumps(read) == json.dumps(left)


@given(st.binary(max_size=200), st.sampled_from(["", "gzip", "deflate"]))
def test_any_bytes_are_a_reply_or_a_mismatch(content, encoding):
    """Whatever bytes come, the check has a reply, or a mismatch to raise."""
    try:
        reply = answering(content, **({"Content_Encoding": encoding} if encoding else {})).get("/")
    except Mismatch:
        return
    assert isinstance(reply.text, str)
