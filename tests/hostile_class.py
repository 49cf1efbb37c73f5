"""A class of hostile students for the tests: each hands in the solution with a section or two of their own."""

import os
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from classroom import LAB, ROOT, headers

from autograder import judge as judging
from autograder import submission, tiers
from autograder.judge import judge
from labkit import sandbox, sections, stubs
from labkit.jail import tree, warm
from labkit.limits import MEGABYTE, Limits

MODULES = ROOT / "tests" / "hostile" / "modules"
SOLUTION = stubs.unmarked((ROOT / "solutions" / f"{LAB}.py").read_text(encoding="utf-8"))
SECRET = "the word that nobody may know"
PORT = 47113
"""The port that the module which opens one opens."""

LIMITS = Limits(load=1.0, start=2.5, wall=30.0, cpu=10, memory=600 * MEGABYTE, disk=48 * MEGABYTE, processes=64)
"""Short limits, so that a test of a limit takes seconds."""

CANARIES = [
    "gradebook.db",
    f"solutions/{LAB}.py",
    f"autograder/hidden/{LAB}.py",
    f"submitted/other/{LAB}/{LAB}.ipynb",
]


@dataclass
class Told:
    """What became of a submission, and of what is around it."""

    score: float
    failed: set[str]
    said: str
    incidents: str
    sandbox: str
    left: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    taken: bool = False
    neighbour: float = 0.0
    seconds: float = 0.0


def hostile() -> list[Path]:
    return sorted(MODULES.glob("*.py"))


def expected(path: Path) -> dict[str, str]:
    return headers(path)


def course(place: Path) -> Path:
    """A course directory in which everything is a canary."""
    for name in CANARIES:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(SECRET, encoding="utf-8")
    return place


def changed(place: Path) -> list[str]:
    """What is not as it was, in a course directory and beside it."""
    now = {str(path.relative_to(place.parent)) for path in place.parent.rglob("*") if path.is_file()}
    wanted = {f"{place.name}/{name}" for name in CANARIES}
    edited = [name for name in wanted & now if (place.parent / name).read_text(encoding="utf-8") != SECRET]
    return sorted((now ^ wanted) | set(edited))


def written(path: Path, **words: object) -> str:
    """The solution with the sections of a hostile module in the place of its own."""
    text = path.read_text(encoding="utf-8")
    for name, word in words.items():
        text = text.replace(f"@{name}@", str(word))
    found = {section.name: section for section in sections.parse(text)}
    parts = [found.get(section.name, section) for section in sections.parse(SOLUTION)]
    parts = [sections.Section(part.name, sections.normalise(part.source), part.before) for part in parts]
    return sections.render(parts, "Hello World API")


def patient() -> None:
    """Let this process judge with the short limits."""
    os.environ["GRADER_SECRET"] = SECRET
    judging.EXERCISE = 1.5
    real = sandbox.serve
    sandbox.serve = lambda *args: real(*args, LIMITS)


def judged(path: Path, tier: str, place: Path) -> Told:
    """Judge a hostile module, look at what is left of it, and judge its neighbour."""
    os.chdir(course(place / "home" / "course"))
    (place / "tmp").mkdir()
    tempfile.tempdir = str(place / "tmp")
    chosen = next(one for one in tiers.TIERS if one.name == tier)
    chosen.available()
    bystander = subprocess.Popen(["/bin/sleep", "60"])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        words = {"course": Path.cwd(), "repository": ROOT, "judge": os.getpid(), "bystander": bystander.pid}
        text = written(path, port=listening.getsockname()[1], **words)
        begun = time.monotonic()
        result = judge(as_submission(text), chosen)
        seconds = time.monotonic() - begun
    told = Told(result.score, *_said(result), " ".join(result.incidents), result.sandbox, seconds=seconds)
    told.taken = bystander.poll() is not None
    bystander.kill()
    bystander.wait()
    told.left = [*_left(text), *(str(one) for one in (place / "tmp").iterdir())]
    told.changed = changed(place / "home" / "course")
    told.neighbour = judge(as_submission(SOLUTION), chosen).score
    return told


def as_submission(text: str) -> submission.Submission:
    return submission.module(text, submission.course().lab(LAB), Path(f"{LAB}.py"))


def _said(result) -> tuple[set[str], str]:
    failed = {verdict.exercise for verdict in result.verdicts if verdict.points < verdict.max_points}
    lines = [check.message for verdict in result.verdicts for check in verdict.checks]
    return failed, "\n".join([*lines, *(verdict.problem for verdict in result.verdicts)])


def _left(text: str) -> list[str]:
    """Processes that are left, and the port, where this module opens it: another may at the same time."""
    until = time.monotonic() + 2  # a keeper has said its last words a moment before it is gone
    while (found := _processes()) and time.monotonic() < until:
        time.sleep(0.05)
    with socket.socket() as any_socket:
        opened = str(PORT) in text and any_socket.connect_ex(("127.0.0.1", PORT)) == 0
    return [*found, f"port {PORT}"] if opened else found


def _processes() -> list[str]:
    children = {pid for pid, one in tree.below(os.getpid()).items() if one.parent == os.getpid()}
    return [f"process {pid}" for pid in (children | set(tree.below(warm.nursery().pid))) - {warm.nursery().pid}]


def fits(value: str, told: str) -> bool:
    """Whether one of the alternatives is told."""
    return any(option.strip() in told for option in value.split("|"))
