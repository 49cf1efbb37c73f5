"""The token tamper bench: drawn from what the live server does with each token, also where that is wrong."""

import pytest
from support.live import until

import labkit
from autograder.authoring import stubs
from labkit import sections
from labkit.environment import ROOT
from labkit.labs.lab11_security.attacks import ATTACKS
from labkit.labs.lab11_security.bench import NEW_SEAL, OLD_SEAL
from labkit.pictures.live import Tone

REFERENCE = (ROOT / "solutions" / "lab11_security.py").read_text(encoding="utf-8")
SOLVED = {section.name: section.source for section in sections.parse(stubs.unmarked(REFERENCE))}
PASSED_BY_THE_SLIDE = {"no exp", "no sub", "another audience"}


@pytest.fixture
def lab(workbook, monkeypatch):
    """The lab, with its first section."""
    monkeypatch.setenv("TOKEN_SECRET", "of this test alone, and long enough for it")
    opened = labkit.open("lab11_security")
    opened.write("setup", SOLVED["setup"])
    yield opened
    opened.server.stop()


def tones(bench, side):
    """What became of each attack on one side."""
    return {name: both[side].tone for name, both in bench.seen.items()}


def test_each_attack_is_fired_at_both(lab):
    """The solution refuses all of them, the slide not those that leave something out; both forms say so."""
    lab.write("tokens", SOLVED["tokens"])
    bench = lab.bench()
    assert tones(bench, 0) == dict.fromkeys(ATTACKS, Tone.GOOD)
    assert {name for name, tone in tones(bench, 1).items() if tone == Tone.BAD} == PASSED_BY_THE_SLIDE
    assert str(bench).count("✗") == bench.html().count('data-tone="bad"') == len(PASSED_BY_THE_SLIDE)
    assert "nobody is registered yet" in str(bench)


def test_claims_are_edited(lab):
    """With the old seal they are refused; sealed anew they are taken, and the token that is shown says them."""
    lab.write("tokens", SOLVED["tokens"])
    bench = lab.bench()
    bench.edited = bench.edited.replace('"ada"', '"bea"')
    assert "refused: 401" in bench.fire(OLD_SEAL).seen[OLD_SEAL][0].text
    assert bench.fire(NEW_SEAL).seen[NEW_SEAL][0].text == "accepted as bea"
    assert "&quot;bea&quot;" in bench.html()
    bench.edited = "no JSON"
    assert "refused: 401" in bench.fire(NEW_SEAL).seen[NEW_SEAL][0].text


def test_a_server_that_is_wrong_looks_like_it(lab):
    """Where GET /me is missing, takes any token or raises, each cell says what came."""
    assert "404" in lab.bench().seen["alg none"][0].text
    trusting = SOLVED["tokens"].replace('options={"require"', 'options={"verify_signature": False, "require"')
    lab.write("tokens", trusting)
    seen = lab.bench().seen
    assert seen["change sub"][0].text == "accepted as root"
    assert seen["change sub"][0].tone == Tone.BAD
    lab.write("tokens", SOLVED["tokens"].replace("jwt.InvalidTokenError", "jwt.ExpiredSignatureError"))
    assert "500 (InvalidSignatureError" in lab.bench().seen["change sub"][0].text


def test_the_time_of_a_login_tells_or_does_not(lab):
    """A login that verifies no password of an unknown name is told by its time, one that does is not."""
    for name in ("register", "tokens", "login"):
        lab.write(name, SOLVED[name])
    lab.client.post("/users", json={"username": "bea", "password": "of this test"}).raise_for_status()
    until(lambda: lab.bench().logins.tone == Tone.GOOD)  # a busy machine may take longer for the one than for the other
    quick = SOLVED["login"].replace("hasher.verify(form", "user and hasher.verify(form")
    lab.write("login", quick)
    until(lambda: "the time tells who is registered" in str(lab.bench()))
