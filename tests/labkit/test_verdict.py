"""What an exercise comes to: outcome, points, and the words for them."""

import re

import pytest

from labkit.pictures.view import Hint, Shown
from labkit.verdict import CheckResult, Outcome, Verdict

CORRECT, INCORRECT, NOT_ATTEMPTED, ERROR, TIMEOUT, HELD, BROKEN = Outcome


def verdict(*outcomes, hidden=(), points=3, **options):
    checks = [CheckResult(f"test_{n}", f"sentence {n}", False, outcome, "saw") for n, outcome in enumerate(outcomes)]
    checks += [CheckResult("test_secret", "secret sentence", True, outcome, "secret message") for outcome in hidden]
    return Verdict("one", "One", points, checks, **{"rationale": "Other inputs."} | options)


@pytest.mark.parametrize(
    ("outcomes", "outcome", "points"),
    [
        ([CORRECT, CORRECT], CORRECT, 3),
        ([CORRECT, INCORRECT, CORRECT], INCORRECT, 2),
        ([CORRECT, CORRECT, ERROR, TIMEOUT, INCORRECT, CORRECT, CORRECT], ERROR, 1.71),
        ([INCORRECT, CORRECT], INCORRECT, 0),
        ([TIMEOUT, CORRECT], TIMEOUT, 0),
        ([CORRECT, BROKEN], BROKEN, 3),
        ([BROKEN, CORRECT, INCORRECT], BROKEN, 1.5),
        ([BROKEN, INCORRECT], BROKEN, 0),
        ([BROKEN], BROKEN, 0),
        ([CORRECT, HELD, CORRECT], HELD, 0),
        ([HELD, CORRECT], HELD, 0),
        ([CORRECT, BROKEN, HELD], HELD, 0),
        ([INCORRECT, HELD], HELD, 0),
        ([], BROKEN, 0),
    ],
)
def test_points_are_the_share_of_checks_that_pass(outcomes, outcome, points):
    """Points are the share of passed checks, none if the first fails; what the checker broke is left out."""
    assert (verdict(*outcomes).outcome, verdict(*outcomes).points) == (outcome, points)


def test_a_section_that_is_not_served_earns_nothing():
    """A section that was left out of the server earns nothing, though what was there before passes its checks."""
    left_out = verdict(CORRECT, CORRECT, problem="NameError, in line 2")
    assert (left_out.outcome, left_out.points) == (ERROR, 0)
    assert "the section is not served" in str(left_out)


def test_a_message_that_several_checks_give_is_shown_once():
    """Of checks that saw the same, the first tells it, and the others name the first."""
    said = "GET /\nexpected  200\ngot       404"
    seen = [said, said, "GET /\nexpected  200\ngot       500", said]
    checks = [
        CheckResult(f"test_{n}", f"the {('first', 'second', 'third', 'last')[n]}", False, INCORRECT, message)
        for n, message in enumerate(seen)
    ]
    shown = [message for _, _, message in Verdict("one", "One", 1, checks).lines()]
    assert shown == [said, "got       what “the first” got", seen[2], "got       what “the first” got"]


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        (1, "○ 1 more check waits until the first one passes"),
        (3, "○ 3 more checks wait until the first one passes"),
    ],
)
@pytest.mark.parametrize("form", [str, lambda shown: re.sub("<[^>]*>", " ", shown.html())], ids=["text", "html"])
def test_skipped_checks_are_one_line_that_says_what_they_wait_for(waiting, said, form):
    """Checks that were not run are counted below the one that failed, hidden ones as well, and nothing else is said."""
    shown = form(Shown(verdict(INCORRECT, *[NOT_ATTEMPTED] * (waiting - 1), hidden=[NOT_ATTEMPTED])))
    assert said in " ".join(shown.split())
    assert shown.count("sentence") == shown.count("saw") == shown.count("○") == 1
    assert "grader" not in shown


def test_skipped_checks_are_not_counted_where_the_section_is_not_served():
    """What a section needs that is not served is to be mended; how many checks wait for that is noise."""
    assert len(verdict(ERROR, NOT_ATTEMPTED, problem="SyntaxError: no").lines()) == 1


@pytest.mark.parametrize(
    ("first", "others", "points"),
    [(CORRECT, [CORRECT, INCORRECT], 1.5), (INCORRECT, [CORRECT, CORRECT], 0), (CORRECT, [INCORRECT, INCORRECT], 0)],
)
def test_a_check_without_weight_has_to_pass_and_earns_nothing(first, others, points):
    """The first check must pass, whether or not it carries a share of the points itself."""
    checks = [CheckResult("first", "first", False, first, weight=0)]
    checks += [CheckResult("more", "more", False, outcome) for outcome in others]
    assert Verdict("one", "One", 3, checks).points == points


def test_what_earns_every_point_is_correct():
    """A check without a share that fails is remarked on; the outcome is that of the others."""
    first = CheckResult("first", "first", False, CORRECT, weight=0)
    remark = CheckResult("valid", "all count", False, INCORRECT, "saw", 0, "test_a does not count")
    fine, weak = (CheckResult("more", "more", False, outcome) for outcome in (CORRECT, INCORRECT))
    full = Verdict("one", "One", 3, [first, remark, fine])
    assert str(full).splitlines()[0] == "✓ one: correct, but test_a does not count, 3 of 3 points"
    assert ", but test_a does not count" in Shown(full).html()
    assert "✗ all count" in str(full)
    assert Verdict("one", "One", 3, [first, remark, weak]).headline == "✗ one: incorrect, 0 of 3 points"
    assert Verdict("one", "One", 3, [remark, fine]).headline == "✗ one: incorrect, 0 of 3 points"


def test_several_hidden_checks_are_counted_in_one_line():
    """Hidden checks that did not pass are one line, which says how many there are."""
    failed = verdict(CORRECT, hidden=[INCORRECT, CORRECT, INCORRECT])
    assert failed.lines()[-1][1:] == ("a check of the grader's own, and 1 more", "Other inputs.")


def test_hidden_checks_count():
    """A hidden check counts as a visible one does."""
    assert verdict(CORRECT, hidden=[INCORRECT, CORRECT]).points == 2


def test_an_untouched_stub_is_information_not_failure():
    """An untouched stub that does not pass is not attempted and earns nothing; one that passes has been solved."""
    untouched = verdict(ERROR, CORRECT, attempted=False)
    assert (untouched.outcome, untouched.points) == (NOT_ATTEMPTED, 0)
    assert "stub is still as it was given" in str(untouched)
    assert verdict(CORRECT, CORRECT, attempted=False).outcome is CORRECT


def test_a_section_that_is_not_served_says_why():
    """Where a section is not served, the reason stands there instead of what each check saw."""
    text = str(verdict(ERROR, INCORRECT, problem="SyntaxError: no (line 2 of the cell one)"))
    assert text.splitlines()[0].startswith("! one: your code raised")
    assert "line 2 of the cell one" in text
    assert "saw" not in text


def test_every_outcome_has_its_own_sign_and_words():
    """Outcomes differ by sign and by words, so that colour is never the only difference."""
    assert len({outcome.symbol for outcome in Outcome}) == len({outcome.words for outcome in Outcome}) == len(Outcome)


@pytest.mark.parametrize("outcome", [INCORRECT, ERROR, TIMEOUT, BROKEN])
@pytest.mark.parametrize("form", [str, lambda shown: shown.html()], ids=["text", "html"])
def test_nothing_of_a_hidden_check_is_shown(outcome, form):
    """A hidden check that does not pass is shown by its rationale, never by name, sentence or message."""
    text = form(Shown(verdict(CORRECT, hidden=[outcome, outcome])))
    assert "secret" not in text
    assert text.count("Other inputs.") == 1


def test_a_hidden_check_that_passes_is_not_mentioned():
    """A hidden check that passes leaves no trace in the text."""
    assert "grader" not in str(verdict(CORRECT, hidden=[CORRECT]))


def test_what_came_from_the_server_is_escaped():
    """Messages, sentences and notices are text to a browser, whatever they contain."""
    nasty = "<script>alert('&')</script>"
    check = CheckResult("test", nasty, False, INCORRECT, nasty)
    shown = Shown(Verdict("one", nasty, 1, [check], notices=(nasty,), rationale=nasty))
    assert "<script" not in shown.html()
    assert shown.html().count("&lt;script&gt;") >= 3
    assert nasty in str(shown)
    assert "<script" not in Hint(nasty, 1, 1).html()


def test_a_picture_always_has_a_text_form():
    """What a notebook is handed has an HTML form and the same as plain text."""
    bundle = Shown(verdict(CORRECT, INCORRECT))._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"] == str(verdict(CORRECT, INCORRECT))
    assert bundle["text/html"].count("sentence") == bundle["text/plain"].count("sentence") == 2
