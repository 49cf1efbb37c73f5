"""The visible checks of lab08_concurrency: a student sees each sentence, and what a failing check saw."""

from __future__ import annotations

from labkit.checks.api import Api, exercise
from labkit.checks.compare import same

# SKELETON: write checks such as these; the first of an exercise is its main behaviour, without which it earns nothing.
# Where `test_double` sees a square it says
#
#     GET /double/21
#     expected  200 {"double": 42}
#     got       200 {"double": 441}
#     try       multiply by 2: number ** 2 is the square


@exercise("double")
def test_double(api: Api) -> None:
    """A number comes back doubled."""
    reply = api.get("/double/21")
    squared = same(reply.json, {"double": 21**2})
    reply.expect(200, {"double": 42}, advice="multiply by 2: number ** 2 is the square" if squared else None)


@exercise("double")
def test_word_for_a_number(api: Api) -> None:
    """A word in the place of the number is refused."""
    api.get("/double/many").refuse("number", advice="annotate the argument: number: int")
