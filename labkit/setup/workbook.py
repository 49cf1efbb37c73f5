"""Lays the workbook into a folder, where labkit was installed as a package and brings the notebooks along."""

from __future__ import annotations

from pathlib import Path

from labkit import paths
from labkit.atomic import replacing
from labkit.paths import HOME

SHIPPED = HOME / "labkit" / "workbook"
"""What a wheel brings; not there in the repository and in the bundle, which are a workbook themselves."""
USUAL = "workbook"
"""What the folder is called, if nobody says otherwise."""


class NoWorkbook(ValueError):
    """There is nothing to lay or no place for it; the message says what to do."""


def choose(folder: Path | None, shipped: Path = SHIPPED) -> Path:
    """Return the workbook to open, complete: the one that was named, the one around us, or else the usual one.

    Raises:
        NoWorkbook: it cannot be laid.
    """
    if folder is None and (around := paths.around(Path.cwd())):
        folder = around
    place = (folder or (Path.cwd() / USUAL if shipped.is_dir() else HOME)).resolve()
    if shipped.is_dir():
        lay(place, shipped)
    elif paths.around(place) != place:
        raise NoWorkbook(f"{place} is no workbook, and this labkit brings none along. Say `labkit lab` alone.")
    return place


def lay(place: Path, shipped: Path = SHIPPED) -> list[Path]:
    """Put into a folder what is not there yet, and return that; whatever is there stays as it is.

    Raises:
        NoWorkbook: there is nothing to lay, or the folder cannot be written.
    """
    if not shipped.is_dir():
        raise NoWorkbook(f"{HOME} is a workbook already: run make lab there.")
    laid = []
    try:
        for source in sorted(path for path in shipped.rglob("*") if path.is_file()):
            target = place / source.relative_to(shipped)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                with replacing(target) as draft:
                    draft.write_bytes(source.read_bytes())
                laid.append(target)
    except OSError as problem:
        raise NoWorkbook(f"{place}: {problem.strerror}. Name another folder: labkit lab FOLDER") from None
    return laid
