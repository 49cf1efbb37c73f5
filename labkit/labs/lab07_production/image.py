"""What an image will be like, told from its Dockerfile: what it is made from, as whom it runs, what lies in it.

Each function returns what is wrong, with what to try where that is clear, or None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from labkit.labs.lab07_production.dockerfile import Dockerfile, Instruction, assignments, fill, split

_PYTHON = re.compile(r"(?P<major>\d+)\.(?P<minor>\d+)(?:\.\d+)?\w*-(?:[\w.]+-)*slim(?:-[\w.]+)*")
_INSTALLS = re.compile(
    r"\b(?:pip3?\s+install|uv\s+(?:pip\s+)?(?:install|sync)|poetry\s+install|pdm\s+(?:install|sync))\b"
)
_TOOLS = {"pip", "pip3", "uv", "setuptools", "wheel", "poetry", "pdm", "pipenv", "hatch"}
_NEEDED = re.compile(r"(requirements|constraints).*|.*\.(txt|toml|lock|cfg|in|whl)|Pipfile|setup\.py")
_SYSTEM = {
    "root",
    "nobody",
    "daemon",
    "www-data",
    "backup",
    "bin",
    "games",
    "lp",
    "mail",
    "man",
    "news",
    "proxy",
    "sys",
}
"""The users of Debian, on which the slim images build."""
_MAKES_USER = re.compile(r"\b(useradd|adduser|newusers)\b|/etc/passwd")
_SECRET = re.compile(r"(?:^|_)(?:KEY|TOKEN|SECRETS?|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)$", re.IGNORECASE)
_SECRET_FILE = re.compile(r"\.env(\..*)?|.*\.(pem|key|p12)|id_(rsa|ed25519|ecdsa)|.*(secret|credential)s?(\..*)?")
_ASSIGNED = re.compile(r"\b(?P<name>[A-Za-z_]\w*)=(?P<value>[^\s\"';&]*|\"[^\"]*\"|'[^']*')")


class Fault(NamedTuple):
    """What is wrong, and what to try."""

    got: str
    advice: str | None = None


def base(file: Dockerfile) -> Fault | None:
    """Slim Python, 3.11 or newer, with a pinned tag."""
    name, _, _ = file.base.partition("@")
    image, _, tag = name.rpartition("/")[2].partition(":")
    python = tag if image == "python" else tag[tag.find("python") :].removeprefix("python")  # uv's tags have it inside
    found = _PYTHON.fullmatch(python) if image in ("python", "uv") else None
    if not found:
        pinned = image == "python" and re.match(r"\d+\.\d+", tag)
        return Fault(f"FROM {file.base}", "add -slim to the tag" if pinned and "slim" not in tag else None)
    if (int(found["major"]), int(found["minor"])) < (3, 11):
        return Fault(f"FROM {file.base}", "FastAPI needs Python 3.11 or newer: an older one gets an old release")
    return None


def order(file: Dockerfile) -> Fault | None:
    """Dependencies are installed before any code is there, so that a change of code does not install them anew."""
    installed = False
    for stage in file.stages:
        copied: Instruction | None = None
        for one in (one for part in file.below(stage) for one in part.instructions):
            if one.name in ("COPY", "ADD") and any(not _NEEDED.fullmatch(name) for name in sources(one)):
                copied = copied or one
            elif _installs(one):
                if copied:
                    advice = "copy requirements.txt alone, install, then copy the code"
                    return Fault(f"line {copied.line}: {copied}, above line {one.line}: {one}", advice)
                installed = True
                break
    if not installed:
        return Fault("no RUN that installs anything")
    if not any(one.name in ("COPY", "ADD") and ("from" in one.flags or _code(one)) for one in file.image):
        return Fault("no COPY of the code")
    return None


def user(file: Dockerfile) -> Fault | None:
    """It does not run as root."""
    name = file.value("USER").partition(":")[0].strip()
    if name in ("root", "0"):
        return Fault(f"USER {name}")
    return None if name else Fault("no USER, so root", "USER 1000, below what root has to do")


def nobody(file: Dockerfile) -> Fault | None:
    """Its user is one that the image has: a number, one of the system's own, or one that a RUN makes."""
    name = file.value("USER").partition(":")[0].strip()
    if not name or name.isdigit() or name in _SYSTEM:
        return None
    for one in file.image:
        made = fill("\n".join([one.text, *one.heredocs]), file.chain[-1].variables)
        if one.name == "RUN" and _MAKES_USER.search(made) and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", made):
            return None
    return Fault(f"USER {name}", f"nobody has made that user: RUN useradd {name}, above USER")


def secrets(file: Dockerfile) -> Fault | None:
    """No secret stands in it, or is copied into it."""
    for one in file.instructions:
        for found in _secrets(one):
            advice = "the environment gives it when the container starts: docker run --env API_KEY"
            return Fault(f"line {one.line}: {found}", advice)
    return None


def health(file: Dockerfile) -> Fault | None:
    """It has a health check that can work."""
    check = file.last("HEALTHCHECK")
    if check is None or check.text.upper() == "NONE":
        return Fault("no HEALTHCHECK")
    kind, _, command = check.text.partition(" ")
    if kind.upper() != "CMD" or not command.strip():
        return Fault(str(check), "HEALTHCHECK CMD, and a command that fails where the server does not answer")
    installed = " ".join(one.text + " ".join(one.heredocs) for one in file.image if one.name == "RUN")
    for tool in ("curl", "wget"):
        if re.search(rf"\b{tool}\b", command) and not re.search(rf"\b{tool}\b", installed):
            return Fault(str(check), f"the slim image has no {tool}: python -c with urllib.request does as well")
    return None


def sources(one: Instruction) -> list[str]:
    """What a COPY or ADD takes from the build's folder, by its last name; nothing where it is from elsewhere."""
    if "from" in one.flags:
        return []
    return [PurePosixPath(word).name or word for word in one.words[:-1] if not word.startswith("<<")]


def _code(one: Instruction) -> bool:
    return bool(one.heredocs) or any(not _NEEDED.fullmatch(name) for name in sources(one))


def _installs(one: Instruction) -> bool:
    """Whether it installs what the code needs, and not only the tool that will."""
    if one.name != "RUN":
        return False
    for line in re.split(r"&&|;|\n", "\n".join([one.text, *one.heredocs, *(one.exec_form or [])])):
        if found := _INSTALLS.search(line):
            words = [word for word in split(line[found.end() :]) if not word.startswith("-")]
            named = {re.split(r"[=<>~!\[]", word)[0] for word in words}
            if not named or not named <= _TOOLS or "sync" in found[0]:
                return True
    return bool(one.exec_form and _INSTALLS.search(" ".join(one.exec_form)))


def _secrets(one: Instruction) -> Iterator[str]:
    if one.name in ("ENV", "ARG"):
        for name, value in assignments(one):
            if _SECRET.search(name) and (value or one.name == "ARG"):
                yield f"{one.name} {name}"
    elif one.name in ("COPY", "ADD"):
        yield from (f"{one.name} {name}" for name in sources(one) if _SECRET_FILE.fullmatch(name))
    for text in [one.text if one.name in ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK") else "", *one.heredocs]:
        for found in _ASSIGNED.finditer(text):
            if _SECRET.search(found["name"]) and found["value"].strip("\"'") and not found["value"].startswith("$("):
                yield f"{one.name} with {found['name']}="
