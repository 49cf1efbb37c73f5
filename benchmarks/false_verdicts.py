"""How often a right module loses a mark: it is judged again and again, beside loops that take the machine's time.

    python benchmarks/false_verdicts.py [--lab lab14_capstone] [--times 100] [--loops 4] [--workers N] [--kept FILE]

The modules are the solution and the alternatives in tests/LAB/alternative/, which earn every point. A judgement is
false where a check says that one of them is wrong, and void where a check had no answer because the machine or the
checker was in trouble: then nobody loses a mark, and a human looks. What is judged is kept in a file, a line each; with
the same file it goes on where it was, so that a new version of the code needs a new file.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

from autograder.authoring import corpus  # noqa: E402 (see above)
from autograder.judging.judge import Result  # noqa: E402
from autograder.submissions import submission  # noqa: E402
from autograder.submissions.submission import Submission  # noqa: E402
from autograder.workers.pool import JUDGE, Failed, Pool  # noqa: E402
from labkit.course import Lab  # noqa: E402
from labkit.verdict import Outcome  # noqa: E402

BY_ITSELF = (Outcome.CHECKER_ERROR, Outcome.HELD)


def right(lab: Lab) -> dict[str, Submission]:
    """Return the modules that earn every point, by name."""
    solution = submission.solution(lab)
    assert solution is not None
    found = {"solution": solution}
    for sample in corpus.samples(TOP, lab):
        if sample.kind == "alternative":
            found[sample.path.stem] = submission.module(sample.text, lab, sample.path, beside=solution.beside)
    return found


@contextmanager
def busy(loops: int) -> Iterator[None]:
    """Keep this many processors busy, or their share of those that there are."""
    running = [multiprocessing.get_context("spawn").Process(target=_forever, daemon=True) for _ in range(loops)]
    for process in running:
        process.start()
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.join()


def _forever() -> None:
    while True:
        pass


def told(answer: Result | Failed) -> dict[str, Any]:
    """Return what a judgement came to, for the file."""
    load = round(os.getloadavg()[0], 1)
    if isinstance(answer, Failed):
        return {"points": 0, "said": [answer.reason], "void": True, "load": load}
    checks = [check for verdict in answer.verdicts for check in verdict.checks if check.outcome is not Outcome.CORRECT]
    said = [f"{check.name}: {check.message}" for check in checks] + list(answer.incidents)
    void = any(check.outcome in BY_ITSELF for check in checks) or not answer.verdicts
    return {"points": answer.score, "said": said, "void": void, "load": load}


def main() -> None:
    """Judge as often as is still to be done, and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lab", default="lab14_capstone")
    parser.add_argument("--times", type=int, default=100, help="how often each module is judged")
    parser.add_argument("--loops", type=int, default=4, help="how many busy loops run beside it")
    parser.add_argument("--workers", type=int, help="in place of as many as the machine has to spare")
    parser.add_argument("--kept", type=Path, help="the file with what was judged before; a new one by default")
    wish = parser.parse_args()
    kept: Path = wish.kept or Path(tempfile.mkdtemp(prefix="judged-")) / "false_verdicts.jsonl"
    kept.touch()
    print(f"What is judged is kept in {kept}", flush=True)
    lab = submission.course().lab(wish.lab)
    modules = right(lab)
    known = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    done = Counter(one["module"] for one in known if one["lab"] == lab.id)
    left = [name for turn in range(wish.times) for name in modules if turn >= done[name]]
    with busy(wish.loops), Pool(wish.workers) as pool, kept.open("a", encoding="utf-8") as file:
        for number, answer in pool.run(JUDGE, (modules[name] for name in left)):
            known.append({"lab": lab.id, "module": left[number], **told(answer)})
            print(json.dumps(known[-1]), file=file, flush=True)
    table = Table("module", "judged", "every point", "void", "false", "load up to", box=None, pad_edge=False)
    for name in modules:
        ours = [one for one in known if one["lab"] == lab.id and one["module"] == name]
        void = sum(one["void"] for one in ours)
        full = sum(one["points"] == lab.points and not one["void"] for one in ours)
        load = max((one["load"] for one in ours), default=0)
        table.add_row(name, *map(str, (len(ours), full, void, len(ours) - full - void, load)))
    console = Console()
    console.print(table)
    for one in known:
        if one["points"] != lab.points or one["void"]:
            console.print(f"{one['module']}, {one['points']:g} points: {' | '.join(one['said'])}", markup=False)


if __name__ == "__main__":
    main()
