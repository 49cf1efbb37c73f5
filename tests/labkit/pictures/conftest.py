"""Pictures that several tests look at."""

import pytest

from labkit.pictures import CardBoard, Chart


@pytest.fixture
def board():
    made = CardBoard("Mutants", {"good": "killed", "bad": "survived"})
    for name in ("one", "two", "three"):
        made.add(name, f"breaks {name}")
    made["one"].turn("good", "killed by test_a")
    made["two"].turn("bad", "survived")
    return made


@pytest.fixture
def chart():
    made = Chart("Latency", x="s", y="ms", note="20 users")
    for second, value in enumerate([3.0, 5.0, 4.0]):
        made.add("p50", second, value).add("p99", second, 10 * value)
    return made
