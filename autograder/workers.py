"""Judges many submissions, in as many processes as there are processors."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from autograder.judge import Result, judge
from autograder.submission import Submission


def judge_all(found: Sequence[Submission]) -> list[Result]:
    """Return a result for each submission, in their order.

    Each process judges one submission at a time: checks run in it, and a check's time limit needs its main thread.
    """
    workers = min(os.cpu_count() or 1, len(found))
    if workers < 2:
        return [judge(one) for one in found]
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(judge, found))
