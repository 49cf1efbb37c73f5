"""A class of hostile students, in every sandbox that the machine offers."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

import pytest
from support.classroom import LAB
from support.hostile_class import SECRET, expected, fits, hostile, judged

from autograder.authoring.corpus import names
from autograder.judging import tiers
from autograder.submissions import submission

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(900)]

TIERS = [tier.name for tier in tiers.TIERS]


@pytest.fixture(scope="module", params=TIERS)
def batch(request, tmp_path_factory):
    """Every hostile module, judged with its neighbour in one tier, in two processes."""
    tier = next(one for one in tiers.TIERS if one.name == request.param)
    if not tier.available():
        pytest.skip(f"this machine does not offer {tier.name}: {tier.why_not()}")
    place = tmp_path_factory.mktemp("class")
    cases = [path for path in hostile() if tier.name in names(expected(path).get("tiers", ", ".join(TIERS)))]
    workers = min(os.cpu_count() or 1, 4)
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        found = [pool.submit(judged, path, tier.name, place / path.stem) for path in cases]
        return tier.name, {path: told.result() for path, told in zip(cases, found, strict=True)}


@pytest.mark.parametrize("path", hostile(), ids=lambda path: path.stem)
def test_hostile_module(batch, path):
    """A hostile module keeps its honest marks; nothing is stolen, changed or left; its neighbour is safe."""
    tier, found = batch
    if path not in found:
        pytest.skip(f"{tier} cannot stop it from reaching other processes of the same user")
    told, said = found[path], expected(path)
    weak = tier == "rlimits"
    points = said.get("weak", said["points"]) if weak else said["points"]
    assert str(told.score).removesuffix(".0") in points.split("|"), told
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
    assert told.neighbour == 12
