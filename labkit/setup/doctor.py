"""Looks at the machine: is everything there that the labs need, and if not, which command mends it?

labkit.doctor()              in a notebook
python -m labkit doctor      in a terminal
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from importlib import metadata

from packaging.requirements import InvalidRequirement, Requirement

from labkit import paths
from labkit.companions import nginx
from labkit.environment import OLDEST
from labkit.paths import HOME
from labkit.pictures.live import Tone, drawn
from labkit.pictures.view import Picture

_MAKE = "make lab" if shutil.which("make") else "python labkit/environment.py setup"
SETUP = _MAKE if (HOME / "Makefile").exists() else "pip install --upgrade labkit"
PATIENCE = 10
"""How many seconds another program may take to say that it is there."""
OURS = 60
"""How many seconds a program of the workbook's own may take, which does not hang: a machine may be busy."""
SPACE = 1_000_000_000
"""How many bytes should be free."""
_VALKEY = "from labkit.companions.valkey import Valkey; Valkey(network=True).__enter__().stop()"
ENGINES = ("docker", "podman")
START = {"docker": "sudo systemctl start docker", "podman": "podman machine start"}
INSTALL = {"Linux": "sudo apt install podman", "Darwin": "brew install podman"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what was looked at.
        tone: good; bad, if the labs need it; off, if they do without.
        said: what was found.
        mend: the command, or the step, that mends it.
    """

    name: str
    tone: Tone
    said: str
    mend: str = ""


@dataclass(frozen=True, repr=False)
class Checkup(Picture):
    """What was found on this machine."""

    findings: list[Finding]

    @property
    def healthy(self) -> bool:
        """Whether everything is there that the labs need."""
        return all(finding.tone != Tone.BAD for finding in self.findings)

    def html(self) -> str:
        """Return a table: each thing, what was found, and what mends it."""
        return drawn("Checkup", self._total(), [f"<table>{''.join(map(_row, self.findings))}</table>"])

    def __str__(self) -> str:
        lines = [f"Checkup: {self._total()}"]
        for finding in self.findings:
            lines.append(f"  {finding.tone.sign} {finding.name:<11} {finding.said}")
            lines += [f"    {'':<11} mend it with: {finding.mend}"] if finding.mend else []
        return "\n".join(lines)

    __repr__ = __str__

    def _total(self) -> str:
        bad = sum(finding.tone == Tone.BAD for finding in self.findings)
        return "everything that is needed is there" if not bad else f"{bad} to mend"


def doctor() -> Checkup:
    """Look at Python, the packages, the folders, the ports and what else a lab may want, each by trying it."""
    looks: list[Callable[[], Finding | None]] = [
        python,
        packages,
        folders,
        ports,
        load,
        companions,
        machine,
        sandbox,
        engine,
    ]
    with ThreadPoolExecutor(len(looks)) as pool:
        return Checkup([found for found in pool.map(lambda look: look(), looks) if found])


def python() -> Finding:
    """The Python that runs this."""
    said = f"{platform.python_version()}, {sys.executable}"
    if sys.version_info[:2] >= OLDEST:
        return Finding("Python", Tone.GOOD, said)
    return Finding("Python", Tone.BAD, f"{said} is too old", f"make lab PYTHON=python{OLDEST[0]}.{OLDEST[1]}")


def packages() -> Finding:
    """The packages, in the versions that the labs were tried with."""
    missing, other, count = [], [], 0
    for wanted in _wanted():
        count += 1
        try:
            version = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            missing.append(wanted.name)
            continue
        if not wanted.specifier.contains(version, prereleases=True):
            other.append(f"{wanted.name} is {version}, not {str(wanted.specifier).lstrip('=')}")
    if missing:
        return Finding("packages", Tone.BAD, f"missing: {', '.join(missing)}", SETUP)
    if other:
        said = f"not the versions that the labs were tried with: {', '.join(other)}"
        return Finding("packages", Tone.OFF, said, SETUP)
    return Finding("packages", Tone.GOOD, f"all {count} of them")


def _wanted() -> Iterator[Requirement]:
    """What labkit needs on this platform; pinned, where its versions are known."""
    try:
        needed = {
            _plain(Requirement(text).name) for text in metadata.requires("labkit") or [] if "extra ==" not in text
        }
    except metadata.PackageNotFoundError:
        needed = set()
    lock = HOME / "requirements.lock"
    lines = lock.read_text(encoding="utf-8").splitlines() if lock.exists() else sorted(needed)
    for line in lines:
        try:
            wanted = Requirement(line)
        except InvalidRequirement:
            continue
        if (not needed or _plain(wanted.name) in needed) and (wanted.marker is None or wanted.marker.evaluate()):
            yield wanted


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def folders() -> Finding:
    """The folder that modules are written into."""
    labs = paths.find().labs
    try:
        labs.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=labs):
            free = shutil.disk_usage(labs).free
    except OSError as problem:
        return Finding("folders", Tone.BAD, f"{labs}: {problem.strerror}", f"chmod u+rwx {labs}")
    if free < SPACE:
        said = f"only {free / 1e6:.0f} MB are free in {labs}"
        return Finding("folders", Tone.BAD, said, "free a gigabyte on that disk")
    return Finding("folders", Tone.GOOD, f"{labs} can be written, {free / 1e9:.0f} GB are free")


def ports() -> Finding:
    """A port on this machine, and the way to it."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.settimeout(PATIENCE)
            with socket.create_connection(listening.getsockname(), timeout=PATIENCE):
                listening.accept()[0].close()
    except OSError as problem:
        mend = "allow Python in your firewall to listen on 127.0.0.1"
        return Finding("ports", Tone.BAD, f"no server can be reached on 127.0.0.1: {problem}", mend)
    return Finding("ports", Tone.GOOD, "a server on 127.0.0.1 can be reached")


def load() -> Finding:
    """The program that sends a load, which is a process of its own."""
    found = _answer([sys.executable, "-c", "import labkit.loadtest.generator"], OURS)
    if found is None:
        return Finding("load", Tone.OFF, "the process that lab.load starts does not start", SETUP)
    return Finding("load", Tone.GOOD, "lab.load can start its process")


def companions() -> Finding:
    """The upstream of lab 08, the store of lab 12, the nginx of lab 13, each a process, and pools of processes."""
    if _answer([sys.executable, "-m", "labkit.labs.lab08_concurrency.feature_store"], OURS) is None:
        return Finding("companions", Tone.BAD, "the upstream that lab 08 asks does not start", SETUP)
    if _answer([sys.executable, "-c", "import multiprocessing; multiprocessing.Lock()"], OURS) is None:
        said = "there can be no pool of processes, which lab 08 needs"
        return Finding("companions", Tone.BAD, said, "sudo chmod 1777 /dev/shm" if os.name == "posix" else SETUP)
    if _answer([sys.executable, "-c", _VALKEY], OURS) is None:
        mend = SETUP if os.name == "posix" else "work in WSL: there is no Valkey for Windows"
        said = "the store of lab 12, a Valkey, does not start; four of its six exercises need none"
        return Finding("companions", Tone.OFF, said, mend)
    if not _nginx():
        said = "there is no nginx for this platform; two of the seven exercises of lab 13 need it"
        return Finding("companions", Tone.OFF, said, SETUP if os.name == "posix" else "work in WSL")
    said = (
        "the upstream of lab 08, the store of lab 12 and the nginx of lab 13 start, and pools of processes can be made"
    )
    return Finding("companions", Tone.GOOD, said)


def _nginx() -> bool:
    try:
        return _answer([nginx.program(), "-v"], OURS) is not None
    except nginx.NoNginx:
        return False


def machine() -> Finding:
    """How many cores there are: a load needs one for itself."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    said = f"{count} core{'' if count == 1 else 's'}, {platform.system()} {platform.machine()}"
    if count > 1:
        return Finding("machine", Tone.GOOD, said)
    return Finding("machine", Tone.OFF, f"{said}: server and load will share it, and loads measure both")


def sandbox() -> Finding | None:
    """What the judge locks submissions up with, for those who have the judge."""
    if not (HOME / "autograder" / "judging").is_dir() or os.name != "posix":
        return None
    found = _answer([sys.executable, "-c", "from autograder.judging.tiers import probe; print(probe().title)"], OURS)
    tone = Tone.GOOD if found and found.startswith(("namespaces", "landlock")) else Tone.OFF
    mend = "" if tone == Tone.GOOD else "judge on Linux, or in a container that allows user namespaces"
    return Finding("sandbox", tone, f"submissions are judged behind {found or 'nothing that starts'}", mend)


def engine() -> Finding:
    """Docker or Podman, which lab 07 can use."""
    for name in ENGINES:
        if shutil.which(name) and _answer([name, "info"]) is not None:
            return Finding("containers", Tone.GOOD, f"{name} answers")
    there = [name for name in ENGINES if shutil.which(name)]
    said = f"{there[0]} is installed and does not answer" if there else "neither docker nor podman is installed"
    mend = (
        {"docker": "sudo systemctl start docker", "podman": "podman machine start"}.get(there[0], "") if there else ""
    )
    mend = mend or {"Linux": "sudo apt install podman", "Darwin": "brew install podman"}.get(platform.system(), "")
    return Finding("containers", Tone.OFF, f"{said}; no exercise needs it", mend or "winget install RedHat.Podman")


def _answer(command: list[str], seconds: float | None = None) -> str | None:
    """Return what a program says, or None if it fails or takes too long."""
    seconds = seconds or PATIENCE
    try:
        done = subprocess.run(
            command, cwd=HOME, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _row(finding: Finding) -> str:
    mend = f'<div class="muted">mend it with <code>{escape(finding.mend)}</code></div>' if finding.mend else ""
    sign = f'<td class="{finding.tone}"><b class="sign">{finding.tone.sign}</b></td>'
    return (
        f'<tr data-finding="{finding.name}" data-tone="{finding.tone}">{sign}<td>{escape(finding.name)}</td>'
        f"<td>{escape(finding.said)}{mend}</td></tr>"
    )
