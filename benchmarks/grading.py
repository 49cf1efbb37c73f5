"""How long a class takes: stock `nbgrader autograde` beside `python -m autograder grade`, in one run.

    python benchmarks/grading.py [--sizes 10 100 1000] [--stock 10] [--lab lab01_hello] [--workers N]

The class is made of the modules in tests/LAB/ and the solution, over and over; a class that is smaller takes every
second or tenth of them. Stock nbgrader executes each notebook in a kernel, one after the other, so it is measured on
such a sample, and what it costs for more is that of the sample, a submission at a time. Both are whole commands as they
are typed, with the lab released before; ours writes feedback and the report as well. The marks of the sample are
compared.

Both sides are measured by the clock and by processor time, of all their processes: the latter hardly changes on a busy
machine.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

TOP = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP), str(TOP / "tests")]

from support import classroom  # noqa: E402 (it lies in tests/)

from labkit.sandbox import syscalls  # noqa: E402

PHASE = re.compile(r"(\w+) ([\d.]+) s\b")


@dataclass
class Run:
    """One run of a command.

    Attributes:
        size: how many submissions there are.
        seconds: how long it took.
        processor: the processor time of all its processes, in seconds.
        megabytes: the most that one worker, with all below it, had in memory.
        phases: where the time went, as the command says.
    """

    size: int
    seconds: float = 0.0
    processor: float = 0.0
    megabytes: float = 0.0
    phases: dict[str, float] = field(default_factory=dict)

    @property
    def each(self) -> float:
        """The seconds for one submission."""
        return self.seconds / self.size

    @property
    def each_processor(self) -> float:
        """The seconds of processor time for one submission."""
        return self.processor / self.size


def a_class(lab: str, place: Path, size: int, config: str = "") -> Path:
    """Make a course directory with a class of this size, the lab released."""
    place.mkdir()
    course = classroom.course_directory(place, config)
    classroom.run("nbgrader", "generate_assignment", lab, cwd=course, PYTHONPATH=str(TOP))
    modules = list(classroom.modules(lab).items())
    spread = modules if size >= len(modules) else [modules[number * len(modules) // size] for number in range(size)]
    chosen = islice(cycle(spread), size)
    for number, (name, sample) in enumerate(chosen):
        book = classroom.filled(sample.text, lab)
        classroom.hand_in(course, f"{number:04}-{name}", book, lab=lab)
    return course


def measured(course: Path, size: int, *command: str) -> Run:
    """Run a command in a course directory and measure it."""
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else each kernel compiles labkit anew
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    begun, used, run = time.perf_counter(), processor_time(), Run(size)
    with (course / "said.txt").open("w+") as said:
        process = subprocess.Popen([sys.executable, *command], cwd=course, env=environment, stdout=said, stderr=said)
        with watched(process.pid, run):
            status = process.wait()
        run.seconds = time.perf_counter() - begun
        run.processor = processor_time() - used
        said.seek(0)
        text = said.read()
    if status:
        raise SystemExit(text[-3000:])
    run.phases = {name: float(seconds) for name, seconds in PHASE.findall(text.rstrip().splitlines()[-1])}
    return run


def processor_time() -> float:
    """Return the processor time of all processes that have ended below this one, in seconds."""
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)  # what a worker leaves to us when it ends, as its warm process
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def watched(process: int, run: Run) -> Iterator[None]:
    """Look every half second at how much memory the workers have."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.5):
            run.megabytes = max(run.megabytes, largest_worker(process))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def largest_worker(process: int) -> float:
    """Return the memory of the largest worker below a process; what processes share is counted once."""
    largest = 0.0
    try:
        for worker in psutil.Process(process).children():
            if "autograder.workers.worker" in worker.cmdline():
                family = [worker, *worker.children(recursive=True)]
                largest = max(largest, sum(memory(member) for member in family) / 1e6)
    except psutil.Error:
        pass
    return largest


def memory(process: psutil.Process) -> float:
    """Return the proportional set size of a process, or what comes nearest on this machine."""
    try:
        found = process.memory_full_info()
        return float(getattr(found, "pss", found.uss))
    except psutil.Error:
        return 0.0


def marks(course: Path, lab: str) -> dict[str, dict[str, float]]:
    """Return the points of every student and exercise."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            submitted.student.id: {grade.name: grade.score for book in submitted.notebooks for grade in book.grades}
            for submitted in gradebook.assignment_submissions(lab)
        }


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--stock", type=int, default=10, help="how many submissions stock nbgrader is measured on")
    parser.add_argument("--lab", default=classroom.LAB)
    parser.add_argument("--workers", type=int, help="in place of as many as the machine has to spare")
    wish = parser.parse_args()
    syscalls.adopt_orphans()
    grade = ("-m", "autograder", "grade", *(["--workers", str(wish.workers)] if wish.workers else []))
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        sample = a_class(wish.lab, place / "stock", wish.stock, classroom.STOCK)
        stock = measured(sample, wish.stock, "-m", "nbgrader", "autograde", wish.lab)
        feedback = measured(sample, wish.stock, "-m", "nbgrader", "generate_feedback", wish.lab)
        runs = []
        for size in wish.sizes:
            course = a_class(wish.lab, place / str(size), size)
            runs.append((measured(course, size, *grade), measured(course, size, *grade)))
        ours = a_class(wish.lab, place / "sample", wish.stock)
        measured(ours, wish.stock, *grade)
        theirs, own = marks(sample, wish.lab), marks(ours, wish.lab)
        different = {student for student, points in theirs.items() if own[student] != points}
    report(wish, stock, feedback, runs, different)


def report(
    wish: argparse.Namespace, stock: Run, feedback: Run, runs: list[tuple[Run, Run]], different: set[str]
) -> None:
    """Print what was measured."""
    console = Console()
    console.print(f"{wish.lab}, {os.cpu_count()} cores, {wish.workers or 'as many as the machine spares'} workers")
    table = Table(box=None, pad_edge=False, title_justify="left")
    for column in ("class", "first run", "each", "ratio", "processor", "ratio", "second run", "ratio", "worker"):
        table.add_column(column, justify="right", no_wrap=True)
    sample = f"{stock.seconds:.1f} s", f"{stock.each:.2f} s", "1", f"{stock.each_processor:.2f} s", "1"
    table.add_row(f"stock, {stock.size}", *sample, "", "", "")
    for first, second in runs:
        cost = (
            f"{first.seconds:.1f} s",
            f"{first.each:.2f} s",
            f"{stock.each / first.each:.1f}",
            f"{first.each_processor:.2f} s",
            f"{stock.each_processor / first.each_processor:.1f}",
        )
        again = f"{second.seconds:.2f} s", f"{stock.each / second.each:.0f}"
        table.add_row(str(first.size), *cost, *again, f"{first.megabytes:.0f} MB")
    console.print(table)
    console.print(f"Stock nbgrader's generate_feedback takes another {feedback.each:.2f} s a submission.")
    phases = Table("seconds", *(str(first.size) for first, _ in runs), box=None, pad_edge=False)
    for name in dict.fromkeys(name for first, _ in runs for name in first.phases):
        phases.add_row(name, *(f"{first.phases.get(name, 0):.2f}" for first, _ in runs))
    console.print(phases)
    console.print("judge: waiting for the workers; record: writing the gradebook, while they go on")
    same = f"The marks of all {stock.size} are the same."
    console.print(same if not different else f"The marks differ: {', '.join(sorted(different))}")


if __name__ == "__main__":
    main()
