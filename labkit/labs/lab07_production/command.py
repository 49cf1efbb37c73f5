"""What the command of a container serves, and on which address."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from labkit.labs.lab07_production.dockerfile import Dockerfile, fill, json_list, split
from labkit.labs.lab07_production.image import Fault, nobody

EVERYWHERE = {"0.0.0.0", "::", "[::]", "*", ""}
_HOST = {"uvicorn": "127.0.0.1", "granian": "127.0.0.1", "fastapi run": "0.0.0.0", "fastapi dev": "127.0.0.1"}
_BIND = {"gunicorn", "hypercorn"}


@dataclass(frozen=True)
class Command:
    """A server's command line.

    Attributes:
        program: uvicorn, gunicorn, fastapi run, fastapi dev, hypercorn or granian.
        addresses: the hosts that it listens on; None where a configuration file says that.
        reload: whether it watches the code.
    """

    program: str
    addresses: list[str] | None
    reload: bool

    @property
    def open(self) -> bool:
        """Whether it can be reached from outside of the container, as far as the command line says so."""
        return self.addresses is None or any(host in EVERYWHERE for host in self.addresses)


def words(file: Dockerfile) -> list[str]:
    """Return the command that the image runs: ENTRYPOINT and CMD together, without a shell around it."""
    parts = [one for one in (file.last("ENTRYPOINT"), file.last("CMD")) if one is not None]
    found = [word for one in parts for word in (one.exec_form or split(one.text))]
    if len(found) > 2 and PurePosixPath(found[0]).name in ("sh", "bash", "ash") and found[1].startswith("-"):
        return split(fill(found[2], file.environment))
    return found


def shell_form(file: Dockerfile) -> str:
    """Return the instruction of the command that is not in exec form; empty if there is none."""
    parts = [file.last("ENTRYPOINT"), file.last("CMD")]
    return next((str(one) for one in parts if one is not None and one.exec_form is None), "")


def unstartable(file: Dockerfile) -> Fault | None:
    """Say why a container cannot start: the command is taken for something else, or its user does not exist."""
    for one in (file.last("ENTRYPOINT"), file.last("CMD")):
        if one is None:
            continue
        if one.exec_form is None and one.text.startswith("["):
            quotes = "'" in one.text and json_list(one.text.replace("'", '"')) is not None
            return Fault(str(one), "in JSON a text stands in double quotes" if quotes else "this is no JSON list")
        if one.exec_form and len(one.exec_form) == 1 and " " in one.exec_form[0]:
            return Fault(str(one), "each argument is a text of its own: this is looked for as one program")
    return nobody(file)


def read(line: list[str], environment: dict[str, str]) -> Command | None:
    """Return the server that a command line starts; None if it starts none that is known."""
    names = [PurePosixPath(word).name for word in line]
    at = next((at for at, name in enumerate(names) if name in {"uvicorn", "gunicorn", "fastapi", *_HOST, *_BIND}), None)
    if at is None:
        return None
    program, rest = names[at], line[at + 1 :]
    if program == "fastapi":
        kind = next((word for word in rest if word in ("run", "dev")), "")
        program = f"fastapi {kind}".strip()
    reload = "--reload" in rest or program == "fastapi dev"
    return Command(program, _addresses(program, rest, environment), reload)


def fault(file: Dockerfile, bind: list[str]) -> Fault | None:
    """Say what is wrong with the command of an image: in exec form, a server, and one that can be reached.

    Args:
        file: the Dockerfile.
        bind: the addresses in the gunicorn.conf.py that goes with it.
    """
    if said := shell_form(file):
        return Fault(said, "a shell around it keeps signals from it")
    line = words(file)
    found, got = read(line, file.environment), " ".join(line)
    if found is None:
        return Fault(f"{got}, which starts neither uvicorn nor gunicorn nor fastapi run")
    if found.reload:
        return Fault(got, "a server that does not watch the code")
    hosts = found.addresses
    if hosts is None:
        hosts = [bound(address) for address in bind]
        got += f", and bind = {', '.join(bind) or 'nothing'} in gunicorn.conf.py"
    if EVERYWHERE & set(hosts):
        return None
    return Fault(got, "127.0.0.1 is the container itself" if {"127.0.0.1", "localhost"} & set(hosts) else None)


def bound(address: str) -> str:
    """Return the host of an address such as `0.0.0.0:8000`; a socket's file is its own."""
    return address if address.startswith(("unix:", "fd:")) else address.rpartition(":")[0]


def _addresses(program: str, rest: list[str], environment: dict[str, str]) -> list[str] | None:
    if program in _BIND:
        given = [
            *_options(rest, "-b", "--bind"),
            *_options(split(environment.get("GUNICORN_CMD_ARGS", "")), "-b", "--bind"),
        ]
        if not given and program == "gunicorn":
            return None
        return [bound(address) for address in given] or ["127.0.0.1"]
    given = _options(rest, "--host") or [environment.get(f"{program.upper()}_HOST", "")]
    if program == "uvicorn" and _options(rest, "--uds", "--fd"):
        return ["unix:"]
    return [host or _HOST.get(program, "127.0.0.1") for host in given[-1:]]


def _options(rest: list[str], *names: str) -> list[str]:
    """Return the values of an option, in each of its spellings."""
    found = []
    for word, following in zip(rest, [*rest[1:], ""], strict=False):
        name, is_set, value = word.partition("=")
        short = next((one for one in names if len(one) == 2 and word.startswith(one) and len(word) > 2), None)
        if name in names:
            found.append(value if is_set else following)
        elif short:
            found.append(word[2:])
    return found
