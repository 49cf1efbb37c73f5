"""Brings the pins of environment.yml up to date with requirements.lock; a step of `make lock`."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([A-Za-z0-9._-]+)(\[[^]]*\])?==(\S+)", re.MULTILINE)


def main() -> None:
    """Rewrite each `name==version` in environment.yml."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    versions = {name: version for name, _, version in PIN.findall(lock)}
    target = ROOT / "environment.yml"
    lines = target.read_text(encoding="utf-8").splitlines(keepends=True)
    target.write_text("".join(repinned(line, versions) for line in lines), encoding="utf-8")


def repinned(line: str, versions: "dict[str, str]") -> str:
    """A line of environment.yml, with the version that the lock has."""
    return re.sub(
        r"- ([A-Za-z0-9._-]+)(\[[^]]*\])?==\S+",
        lambda pin: f"- {pin[1]}{pin[2] or ''}=={versions[pin[1]]}",
        line,
    )


if __name__ == "__main__":
    main()
