"""Answers of which a part was made strange: numbers that are none, headers of any byte, JSON of every shape."""

import json
import re

NUMBERS = [
    "1" + "0" * 400,
    "-" + "9" * 5000,
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "-0.0",
    "1e-320",
    "0",
    "-1",
    "2.5",
]
LITERALS = [
    *NUMBERS,
    "null",
    "true",
    '"\\ud800"',
    '""',
    "[]",
    "{}",
    "[" * 90 + "]" * 90,
    "[" * 3000,
    '"' + "x" * 9000 + '"',
]
HEADERS = [
    b"\xff\xfe",
    b"",
    b"http://[",
    b"http://xn--zz--0/",
    b"9" * 5000,
    b"nan",
    b"-1",
    b",;,=",
    b"gzip, gzip",
    b"\xc2\xb2",
]


def strange(text, dice):
    """A text with one part replaced: a value if it is JSON, else a number or a word."""
    try:
        value = json.loads(text)
    except ValueError:
        return re.sub(r"-?\d+(\.\d+)?", lambda found: dice.choice([found[0], *NUMBERS]), text)
    return json.dumps(replaced(value, dice)).replace('"@"', dice.choice(LITERALS))


def replaced(value, dice):
    """A JSON value with one that is in it replaced by a mark."""
    if not value or not isinstance(value, list | dict) or dice.random() < 0.2:
        return "@"
    key = dice.choice(list(value) if isinstance(value, dict) else range(len(value)))
    changed = {**value} if isinstance(value, dict) else [*value]
    changed[key] = replaced(value[key], dice)
    return changed
