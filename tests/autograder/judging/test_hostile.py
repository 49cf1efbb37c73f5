"""A class of hostile students: who attacks the sandbox in every one that the machine offers, the others in one."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import repeat

import pytest
from support.classroom import LAB
from support.hostile_class import (
    BATCH,
    FULL,
    SECRET,
    Told,
    each_judged,
    expected,
    fits,
    hostile,
    judged_together,
    marks,
    stopped,
)

from autograder.authoring.corpus import names
from autograder.judging import tiers
from autograder.submissions import submission

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(900)]

TIERS = [tier.name for tier in tiers.TIERS]
STRICTEST = "the strictest"
"""The tier for modules that the judge has to stand, in whatever sandbox they are."""
AGAINST = {path: expected(path)["against"] for path in hostile()}
CASES = {STRICTEST: [path for path in AGAINST if AGAINST[path] == "judge"]} | {
    tier: [path for path in AGAINST if AGAINST[path] == "sandbox" and stopped(path, tier)] for tier in TIERS
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Judge the hostile modules of a tier, once, in two processes; return the tier, and what became of each."""

    @cache
    def judged(wanted):
        offered = [tier for tier in tiers.TIERS if tier.available()]
        tier = next((one for one in offered if wanted in (one.name, STRICTEST)), None)
        if tier is None:
            why = next(one.why_not() for one in tiers.TIERS if one.name == wanted)
            pytest.skip(f"this machine does not offer {wanted}: {why}")

        def run(batches, new):
            workers, context = min(os.cpu_count() or 1, 4), multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(workers, context, max_tasks_per_child=1 if new else None) as pool:
                places = [tmp_path_factory.mktemp("class") for _ in batches]
                return list(pool.map(judged_together, batches, repeat(tier), places))

        return tier.name, each_judged(CASES[wanted], run, tier.name)

    return judged


@pytest.mark.parametrize(
    ("wanted", "path"),
    [pytest.param(tier, path, id=f"{tier}-{path.stem}") for tier, paths in CASES.items() for path in paths],
)
def test_hostile_module(judged, wanted, path):
    """A hostile module keeps its honest marks; nothing is stolen, changed or left; its neighbour is safe."""
    tier, found = judged(wanted)
    told, said = found[path], expected(path)
    weak = tier == "rlimits"
    assert any(least <= told.score <= most for least, most in marks(said, tier)), told
    if "fails" in said:
        everything = {exercise.id for exercise in submission.course().lab(LAB).exercises}
        assert told.failed == (everything if said["fails"] == "all" else names(said["fails"])), told
    assert fits(said.get("says", ""), told.said)
    assert fits(said.get("incident", ""), told.incidents), told.incidents
    assert SECRET not in told.said + told.incidents
    assert told.said.replace("\n", "").isprintable()
    assert told.left == []
    assert told.changed == [] or (weak and "writes" in said)
    assert not told.taken or weak
    assert not told.reached or weak
    assert told.neighbour == FULL


def test_every_hostile_module_says_what_it_is_against():
    """Each module is against the judge, and judged in one tier, or against the sandbox, and judged in all."""
    assert {*AGAINST.values()} == {"judge", "sandbox"}
    assert {path for paths in CASES.values() for path in paths} == {*AGAINST}
    assert [path for path in CASES[STRICTEST] if {"weak", "tiers", "writes"} & expected(path).keys()] == []


@pytest.mark.parametrize("guilty", [{3}, {0, 20}, set()])
def test_who_hurts_a_neighbour_is_named(guilty):
    """Where the neighbour of a batch is hurt, each of the batch is judged alone, so that only who hurts is blamed.

    Where nobody alone does it, all of that batch are to blame.
    """
    paths, together = hostile()[:24], hostile()[5:7]
    hurting = {hostile()[number] for number in guilty}
    asked = []

    def run(batches, new):
        asked.append((len(batches), new))
        hurt = [hurting & {*batch} or (not guilty and {*together} <= {*batch}) for batch in batches]
        points = [0 if one else FULL for one in hurt]
        return [
            {path: Told(12, set(), "", "", "", neighbour=score) for path in batch}
            for batch, score in zip(batches, points, strict=True)
        ]

    found = each_judged(paths, run)
    assert {path for path, told in found.items() if told.neighbour != FULL} == (hurting or {*paths[:BATCH]})
    assert asked == [(3, False), *[(BATCH, True)] * max(len(guilty), 1)]
    assert found.keys() == {*paths}


@pytest.mark.parametrize("second", [11.0, 0.0])
def test_lost_marks_are_looked_at_again(second):
    """A module that earned less than it should is judged alone once more, and what it earns then counts."""
    path = next(path for path in hostile() if expected(path)["points"] == "11")

    def run(batches, new):
        return [{path: Told(second if new else 10.0, set(), "", "", "", neighbour=FULL)} for _ in batches]

    assert each_judged([path], run)[path].score == second


def test_too_many_marks_count_at_once():
    """A module that earned more than it should is not judged again."""
    path = next(path for path in hostile() if expected(path)["points"] == "11")

    def run(batches, new):
        return [{path: Told(11.0 if new else 12.0, set(), "", "", "", neighbour=FULL)} for _ in batches]

    assert each_judged([path], run)[path].score == 12.0
