"""A class of hostile students for the tests: each hands in the solution with a section or two of their own."""

import contextlib
import os
import select
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol
from unittest.mock import patch

from autograder.authoring import stubs
from autograder.authoring.corpus import compose, headers, names
from autograder.judging import judge as judging
from autograder.judging import tiers
from autograder.judging.judge import judge
from autograder.submissions import submission
from labkit import sections
from labkit.course import Exercise
from labkit.sandbox import client as warm
from labkit.sandbox import processes as tree
from labkit.sandbox import service as sandbox
from labkit.sandbox.limits import MEGABYTE, Limits
from labkit.verdict import Verdict
from support.classroom import LAB, ROOT
from support.live import until

MODULES = ROOT / "tests" / "hostile" / "modules"
SOLUTION = stubs.unmarked((ROOT / "solutions" / f"{LAB}.py").read_text(encoding="utf-8"))
SECRET = "the word that nobody may know"
PORT = 47113
"""The port that the module which opens one opens."""
IPC_KEY = 0x4C41
"""What modules call the queue that they leave in the kernel."""
SHARED = ("/dev/shm", "/var/tmp", "/run/lock", "/tmp")

LIMITS = Limits(wall=30.0, cpu=10, memory=600 * MEGABYTE, disk=48 * MEGABYTE, processes=64)
"""Short limits, so that a test of a limit takes seconds."""
LOAD, START, EXERCISE = 1.0, 2.5, 1.5
"""How long a section may take that never ends, a module that never starts, and a hostile exercise, in seconds."""

BATCH = 8
"""How many hostile modules have a neighbour together."""
FULL = 12
"""What the neighbour earns, who is honest."""

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
    reached: bool = False
    neighbour: float = 0.0


class Run(Protocol):
    """Judges batches of hostile modules, each in one process."""

    def __call__(self, batches: list[list[Path]], new: bool) -> list[dict[Path, Told]]: ...


def hostile() -> list[Path]:
    return sorted(MODULES.glob("*.py"))


def expected(path: Path) -> dict[str, str]:
    return headers(path.read_text(encoding="utf-8"))


def stopped(path: Path, tier: str) -> bool:
    """Whether a tier can stop a module from reaching other processes of the same user."""
    return tier in names(expected(path).get("tiers", tier))


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
    return compose(submission.course().lab(LAB), text, SOLUTION)


def judged_soon(text: str, tier: tiers.Tier, limits: Limits = LIMITS) -> judging.Result:
    """Judge a module with short limits; what is honest in it has all the time that it has elsewhere."""
    os.environ["GRADER_SECRET"] = SECRET
    honest = sections.parse(SOLUTION)
    hostile = {section.name for section in sections.parse(text) if section not in honest}
    served = sandbox.serve

    class Hurried(judging._Session):
        def _judge(self, exercise: Exercise) -> Verdict:
            with patch.object(judging, "EXERCISE", EXERCISE if {exercise.id, "setup"} & hostile else judging.EXERCISE):
                return super()._judge(exercise)

    with (
        patch.object(judging, "_Session", Hurried),
        patch.object(judging.pace, "slowness", lambda lock: 1.0),  # a machine that is busy need not wait for them twice
        patch.object(sandbox, "serve", lambda module, lock, setup, _: served(module, lock, setup, limits)),
    ):
        return judge(as_submission(text), tier)


def judged(path: Path, tier: tiers.Tier, place: Path) -> Told:
    """Judge a hostile module, and look at what is left of it."""
    assert stopped(path, tier.name), f"{tier.name} lets it reach every process of this user"
    os.chdir(course(place / "home" / "course"))
    (place / "tmp").mkdir()
    tempfile.tempdir = str(place / "tmp")
    tier.available()
    bystander = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE)  # until it is killed, or this process is gone
    with _neighbours(place) as (words, reached):
        words |= {"course": Path.cwd(), "repository": ROOT, "judge": os.getpid(), "bystander": bystander.pid}
        text = written(path, **words)
        result = judged_soon(text, tier, _limits(expected(path).get("says", "")))
        told = Told(result.score, *_said(result), " ".join(result.incidents), result.sandbox, reached=reached())
    told.taken = bystander.poll() is not None
    bystander.kill()
    bystander.communicate()
    told.left = [*_left(text), *_outliving(), *(str(one) for one in (place / "tmp").iterdir())]
    told.changed = [*changed(place / "home" / "course"), *_shared()]
    return told


@contextlib.contextmanager
def _neighbours(place: Path) -> Iterator[tuple[dict[str, object], Callable[[], bool]]]:
    """Programs on this machine that listen; yield where, and what says whether one has been reached without TCP."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as named,
    ):
        udp.bind(("127.0.0.1", 0))
        folder = tempfile.TemporaryDirectory(dir="/var/tmp", prefix="named-")  # a path of pytest's is too long
        with folder as short:
            Path(short).chmod(0o755)
            named.bind(f"{short}/socket")
            Path(f"{short}/socket").chmod(0o777)
            named.listen()
            words = {"port": listening.getsockname()[1], "udp": udp.getsockname()[1], "named": f"{short}/socket"}
            yield words, lambda: bool(select.select([udp, named], [], [], 0)[0])


def _outliving() -> list[str]:
    """What hostile modules have left in the kernel, which is taken away at once."""
    found = []
    for kind, option in (("msg", "-q"), ("shm", "-m"), ("sem", "-s")):
        for line in Path(f"/proc/sysvipc/{kind}").read_text(encoding="ascii").splitlines()[1:]:
            if line.split()[0] == str(IPC_KEY):
                found.append(f"{kind} {line.split()[1]}")
                subprocess.run(["ipcrm", option, line.split()[1]], check=False)
    return found


def _shared() -> list[str]:
    """What hostile modules have left in folders that everybody may write, which is removed at once."""
    found = [path for folder in SHARED for path in Path(folder).glob(f"left-by-{os.getpid()}*")]
    for path in found:
        path.unlink()
    return list(map(str, found))


def _limits(says: str) -> Limits:
    """Return short limits; what ends a module that never ends is shorter still, and what is honest has time."""
    ends = {"took longer": replace(LIMITS, load=LOAD), "did not start": replace(LIMITS, start=START)}
    return ends.get(says, LIMITS)


def judged_together(paths: list[Path], tier: tiers.Tier, place: Path) -> dict[Path, Told]:
    """Judge hostile modules in this process, one after the other, and then the neighbour of them all."""
    # A unix socket's path is short, so a module's name is no folder's.
    found = {path: judged(path, tier, place / str(number)) for number, path in enumerate(paths)}
    neighbour = judge(as_submission(SOLUTION), tier).score
    return {path: replace(told, neighbour=neighbour) for path, told in found.items()}


def each_judged(paths: list[Path], run: Run, tier: str = "") -> dict[Path, Told]:
    """Judge hostile modules with a neighbour a batch; where that one is hurt, each with one of its own.

    A module that lost honest marks is judged alone as well: what it takes of a busy machine, it may lack itself.

    Args:
        paths: the modules.
        run: judges each of the batches in one process, which is a new one where that is asked for.
        tier: the sandbox, as the expected marks depend on it.
    """
    batches = [paths[start : start + BATCH] for start in range(0, len(paths), BATCH)]
    found: dict[Path, Told] = {}
    for batch, together in zip(batches, run(batches, False), strict=True):
        found |= together
        if hurt(together):
            alone = {path: told for one in run([[path] for path in batch], True) for path, told in one.items()}
            found |= alone if hurt(alone) else {}
    lost = [path for path in paths if found[path].score < min(marks(expected(path), tier))[0]]
    again = run([[path] for path in lost], True) if lost else []
    return found | {path: told for one in again for path, told in one.items()}


def hurt(found: dict[Path, Told]) -> bool:
    """Whether some neighbour did not earn every point."""
    return any(told.neighbour != FULL for told in found.values())


def as_submission(text: str) -> submission.Submission:
    return submission.module(text, submission.course().lab(LAB), Path(f"{LAB}.py"))


def _said(result) -> tuple[set[str], str]:
    failed = {verdict.exercise for verdict in result.verdicts if verdict.points < verdict.max_points}
    lines = [check.message for verdict in result.verdicts for check in verdict.checks]
    return failed, "\n".join([*lines, *(verdict.problem for verdict in result.verdicts)])


def _left(text: str) -> list[str]:
    """Processes that are left, and the port, where this module opens it: another may at the same time."""
    with contextlib.suppress(AssertionError):
        until(lambda: not _processes())  # a monitor has said its last words a moment before it is gone
    found = _processes()
    with socket.socket() as any_socket:
        opened = str(PORT) in text and any_socket.connect_ex(("127.0.0.1", PORT)) == 0
    return [*found, f"port {PORT}"] if opened else found


def _processes() -> list[str]:
    children = {pid for pid, one in tree.below(os.getpid()).items() if one.parent == os.getpid()}
    return [f"process {pid}" for pid in (children | set(tree.below(warm.forkserver().pid))) - {warm.forkserver().pid}]


def fits(value: str, told: str) -> bool:
    """Whether one of the alternatives is told."""
    return any(option.strip() in told for option in value.split("|"))


def marks(header: dict[str, str], tier: str) -> list[tuple[float, float]]:
    """Return what a module may earn: each of `10|11`, or `0..12`, where how far it comes depends on the machine."""
    points = header.get("weak", header["points"]) if tier == "rlimits" else header["points"]
    spans = [option.partition("..") for option in points.split("|")]
    return [(float(least), float(most or least)) for least, _, most in spans]
