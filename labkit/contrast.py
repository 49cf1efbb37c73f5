"""Finds what differs between the two lines that say what was expected and what came, so that the eye need not.

Where the statuses differ, that is the difference. Otherwise words and signs are compared, without the space between
them, which JSON may have or not, a text in quotes as one; lines that have little in common are no pair to compare.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from html import escape
from itertools import pairwise

Span = tuple[int, int]

_EXPECTED, _GOT = re.compile(r"expected {2,}(?=\S)"), re.compile(r"got {2,}(?=\S)")
_STATUS = re.compile(r"[1-5]\d\d\b")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\d+(?:\.\d+)?|\w+|[^\w\s]')
_NOTHING_BEHIND = re.compile(r"(?<=\d)\.0+$")
"""What makes 42.0 of 42, which is the same number."""
_CUT = "..."
"""How a line ends that was too long."""
_ALIKE = 0.5
"""From which share of common words on two lines are compared."""


def lines(message: str) -> list[tuple[str, list[Span]]]:
    """Return the lines of a message, each with the spans where what was expected and what came are not the same."""
    found: list[tuple[str, list[Span]]] = [(line, []) for line in message.splitlines()]
    for (wanted, ours), (came, theirs) in pairwise(found):
        expected, got = _EXPECTED.match(wanted), _GOT.match(came)
        if expected and got:
            pair = differences(wanted[expected.end() :], came[got.end() :])
            ours += [(expected.end() + start, expected.end() + end) for start, end in pair[0]]
            theirs += [(got.end() + start, got.end() + end) for start, end in pair[1]]
    return found


def underlined(message: str) -> str:
    """Return a message with carets below what differs in what came, or below what it lacks of the expected."""
    marked, text = lines(message), []
    for number, (line, spans) in enumerate(marked):
        text.append(line)
        lacking = line.startswith("expected") and spans and not marked[number + 1][1]
        if spans and (lacking or line.startswith("got")):
            text.append("".join("^" if _within(place, spans) else " " for place in range(spans[-1][1])))
    return "\n".join(text)


def marked(text: str, spans: Sequence[Span], shown: Callable[[str], str] = escape) -> str:
    """Return a text as HTML, its spans as marks; `shown` makes HTML of the parts."""
    parts, done = [], 0
    for start, end in spans:
        parts += [shown(text[done:start]), f"<mark>{shown(text[start:end])}</mark>"]
        done = end
    return "".join([*parts, shown(text[done:])])


def differences(wanted: str, came: str) -> tuple[list[Span], list[Span]]:
    """Return the spans of each of two texts that the other one has not."""
    statuses = _STATUS.match(wanted), _STATUS.match(came)
    if statuses[0] and statuses[1] and statuses[0][0] != statuses[1][0]:
        return [statuses[0].span()], [statuses[1].span()]
    tokens = _tokens(wanted), _tokens(came)
    words, others = ([_NOTHING_BEHIND.sub("", token[0]) for token in one] for one in tokens)
    matcher = SequenceMatcher(None, words, others, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return [], []
    cut = wanted.endswith(_CUT) or came.endswith(_CUT)
    changes = [change[1:] for change in matcher.get_opcodes() if change[0] != "equal"]
    if cut and changes and (changes[-1][1] == len(tokens[0]) or changes[-1][3] == len(tokens[1])):
        changes.pop()  # where one of them was cut off, nobody knows how it goes on
    ours = [(tokens[0][start].start(), tokens[0][end - 1].end()) for start, end, _, _ in changes if end > start]
    theirs = [(tokens[1][start].start(), tokens[1][end - 1].end()) for _, _, start, end in changes if end > start]
    return ours, theirs


def _tokens(text: str) -> list[re.Match[str]]:
    return list(_TOKEN.finditer(text.removesuffix(_CUT)))


def _within(place: int, spans: list[Span]) -> bool:
    return any(start <= place < end for start, end in spans)
