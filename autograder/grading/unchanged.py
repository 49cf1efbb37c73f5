"""Judges a batch and keeps the results. To take those of what has not changed is for work in progress, and no proof."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from autograder.grading.store import Store, judged_by
from autograder.judging import record, tiers
from autograder.judging.record import Record
from autograder.submissions.submission import Submission
from autograder.workers.pool import judge_all


def judge_kept(folder: Path, batch: Sequence[Submission], *, changed: bool) -> list[Record]:
    """Judge a batch, and keep the results in a folder for the next time.

    Args:
        folder: where results are kept; it is made.
        batch: the submissions.
        changed: whether to judge only what has not been judged as it stands, by this judge, and to take the rest from
            the folder.

    Returns:
        The results, in the same order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tier = tiers.probe().name
    keys = [_key(submission, tier) for submission in batch]
    with Store(folder) as store:
        known = store.results(keys) if changed else {}
        left = {key: submission for key, submission in zip(keys, batch, strict=True) if key not in known}
        for key, result in zip(left, judge_all(list(left.values())), strict=True):
            known[key] = record.of(result)
            store.keep(key, known[key])
    return [known[key] for key in keys]


def forget(folder: Path, batch: Sequence[Submission]) -> None:
    """Have submissions judged again the next time, where results are kept: theirs were not what they should be."""
    tier = tiers.probe().name
    with Store(folder) as store:
        store.forget([_key(submission, tier) for submission in batch])


def _key(submission: Submission, tier: str) -> str:
    """Return what a result depends on, as a hash."""
    lab = submission.lab
    exercises = [exercise.id for exercise in lab.exercises] if lab else []
    parts = [submission.text, sorted(submission.beside.items()), exercises, sorted(submission.attempted)]
    whole = [*parts, tier, judged_by(lab.id) if lab else "", str(submission.source)]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()
