"""No check fails by itself, whatever a student's server sends: answers of the solutions, each with parts made strange.

A server that gave strange answers alone would fail the first check of each exercise, and the others would not be run.
"""

import json
import random
import re

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.strange import HEADERS, strange

from autograder.judging import judge as judging
from autograder.judging import suites
from autograder.judging.tiers import probe
from autograder.submissions import submission
from labkit.checks import servers
from labkit.http.body import parse
from labkit.http.websocket import Client
from labkit.mutation.client import Chamber, Told
from labkit.mutation.suite import Target
from labkit.sandbox.output import Printed
from labkit.sandbox.service import Served
from labkit.verdict import Outcome

pytestmark = pytest.mark.sandbox

HOW_OFTEN = {
    "lab01_hello": 12,
    "lab02_validation": 6,
    "lab03_serving": 5,
    "lab04_errors": 5,
    "lab05_health": 3,
    "lab06_testing": 20,
    "lab07_production": 2,
    "lab08_concurrency": 1,
    "lab09_media": 2,
    "lab10_design": 2,
    "lab11_security": 2,
    "lab12_traffic": 1,
    "lab13_scale": 1,
}
"""How many classes of strange answers each lab meets; the last ones wait for what does not come.

What lab14 reads of a live run, which takes minutes, is in tests/lab14_capstone.
"""

RAISED = [
    httpx.ReadError("cut"),
    UnicodeError("idna"),
    ValueError("odd"),
    OverflowError("large"),
    KeyError("x"),
    OSError(5),
]


class Strange(httpx.BaseTransport):
    """Hands on what a server answers, and makes some of it strange."""

    def __init__(self, inner, dice):
        self._inner, self._dice = inner, dice

    def handle_request(self, request):
        dice = self._dice
        response = self._inner.handle_request(request)
        if dice.random() > 0.3:
            return response
        body = b"".join(response.stream)
        response.close()
        status, headers = (
            response.status_code,
            [pair for pair in response.headers.raw if pair[0].lower() != b"content-length"],
        )
        match dice.randrange(6):
            case 0:
                raise dice.choice(RAISED)
            case 1:
                status = dice.choice([200, 201, 204, 299, 307, 404, 422, 500, 599])
                headers.append((b"Location", dice.choice(HEADERS)))
            case 2 if headers:
                place = dice.randrange(len(headers))
                headers[place] = (headers[place][0], dice.choice(HEADERS))
            case _:
                body = strange(body.decode("utf-8", "replace"), dice).encode("utf-8", "replace")
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))

    def close(self):
        self._inner.close()


class Babbling(Chamber):
    """Tries no test and says that each tells right from broken; of some trials it says what comes to its mind."""

    dice = random.Random()
    right = True

    def _trial(self, order, seconds):
        names = [name for name in re.findall(r"^def (test_\w+)", order.text, re.MULTILINE) if name not in order.skip]
        ended = {"outcome": "passed"} if self.right else {"outcome": "failed", "said": "assert 1 == 2", "line": 3}
        sections = [{"test": name, "section": ""} for name in names]
        babbles, told = self.dice.random() < 0.05, Told()
        for fact in [{"begun": True}, *sections, *({"test": name, **ended} for name in names), {"done": True}]:
            told.take(parse(strange(json.dumps(fact), self.dice)) if babbles and self.dice.random() < 0.2 else fact)
        return told


def undisguised(self, text):
    """Hands an API on as it is, so that it is known for a right one."""
    Babbling.right = text in (self.text, *self.equivalents)
    return text


@pytest.mark.parametrize("lab", HOW_OFTEN)
def test_no_check_fails_by_itself(lab):
    """Whatever part of the solution's answers, lines and reports turns strange, each check says so or does not mind."""
    handed_in = submission.solution(submission.course().lab(lab))
    tier, connect, lines = probe(), servers.connect, Printed.lines
    said, received = Served.said, Client.receive

    @settings(
        max_examples=HOW_OFTEN[lab],
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**32))
    def judged(seed):
        dice = random.Random(f"{lab} {seed}")

        def printed(self):
            return tuple(
                [strange(line, dice) if dice.random() < 0.1 else line for line in stream] for stream in lines(self)
            )

        def told(self, *asked, **how):
            value = said(self, *asked, **how)
            return parse(strange(json.dumps(value), dice)) if value is not None and dice.random() < 0.3 else value

        def receive(self, seconds):
            message = received(self, seconds)
            return strange(str(message), dice) if dice.random() < 0.3 else message

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Babbling, "dice", dice)
            patch.setattr(suites, "Chamber", Babbling)
            patch.setattr(Target, "disguised", undisguised)
            patch.setattr(Client, "receive", receive)
            patch.setattr(servers, "connect", lambda url, transport=None: connect(url, Strange(transport, dice)))
            patch.setattr(Printed, "lines", printed)
            patch.setattr(Served, "said", told)
            verdicts, _ = judging._verdicts(handed_in, handed_in.lab, tier)
        checks = [(seed, check.name, check.message) for verdict in verdicts for check in verdict.checks]
        by_itself = [
            check.outcome in (Outcome.HELD, Outcome.CHECKER_ERROR) for verdict in verdicts for check in verdict.checks
        ]
        assert [check for check, bad in zip(checks, by_itself, strict=True) if bad] == []

    judged()
