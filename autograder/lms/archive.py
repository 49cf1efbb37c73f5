"""Reads the archive that a learning platform gives out, with a bound on everything in it.

Nothing is unpacked to where the archive says: a path in it is a text that names somebody, and no place on this disk.
"""

from __future__ import annotations

import contextlib
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.submissions.files import LARGEST

MOST = 20_000
"""How many files an archive may have: 500 students with 40 each."""
TOGETHER = 4_000_000_000
"""How much all files that are read may be together, in bytes."""
CHUNK = 1 << 20
_ENCRYPTED = 0x1
_UTF8 = 0x800
NOT_THEIRS = ("__MACOSX", ".ipynb_checkpoints")
"""Folders that no student has made."""


class ArchiveError(ValueError):
    """The archive cannot be used; the message says why and what to do."""


class Refused(ValueError):
    """One file of the archive is not taken; the message says why."""


@dataclass(frozen=True)
class Member:
    """A file in an archive.

    Attributes:
        path: how the archive calls it, without what stands for the archive itself.
        info: what `zipfile` knows of it.
    """

    path: PurePosixPath
    info: zipfile.ZipInfo

    @property
    def content(self) -> tuple[int, int]:
        """What is the same for two files with the same content, as the archive says."""
        return self.info.CRC, self.info.file_size

    def require(self) -> None:
        """Refuse what is no plain file of a bearable size, or says that it lies outside of the archive.

        Raises:
            Refused: it is not taken.
        """
        if ".." in self.path.parts or self.path.is_absolute() or ":" in self.path.parts[0][:2]:
            raise Refused("its path leaves the archive")
        if stat.S_ISLNK(self.info.external_attr >> 16):
            raise Refused("it is a symbolic link")
        if self.info.flag_bits & _ENCRYPTED:
            raise Refused("it is encrypted")
        if self.info.file_size > LARGEST:
            raise Refused(f"it is larger than {LARGEST // 1_000_000} MB")


class Archive:
    """An archive, open. Use it in a `with` block."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._left = TOGETHER
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise ArchiveError(f"{path}: there is no such file.") from None
        except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as problem:
            raise ArchiveError(
                f"{path}: not a ZIP that can be read ({problem}). Download it again, as the platform gives it."
            ) from None
        if (number := len(self._zip.infolist())) > MOST:
            self._zip.close()
            raise ArchiveError(f"{path}: {number:,} files, and more than {MOST:,} are not read at once. Split it.")

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def __iter__(self) -> Iterator[Member]:
        """Yield its files, in the order of their names; what a Mac adds is none."""
        found = [Member(PurePosixPath(_name(info)), info) for info in self._zip.infolist() if not info.is_dir()]
        yield from sorted((one for one in found if one.path.name and _theirs(one.path)), key=lambda one: str(one.path))

    def read(self, member: Member) -> bytes:
        """Return a file's content, whatever the archive says of its size.

        Raises:
            Refused: it is damaged, or too large.
        """
        member.require()
        parts, size = [], 0
        try:
            with self._zip.open(member.info) as file:
                while part := file.read(CHUNK):
                    size += len(part)
                    if size > min(LARGEST, self._left):
                        raise Refused("it unpacks to more than is read")
                    parts.append(part)
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as problem:
            raise Refused(f"it is damaged ({problem})") from None
        self._left -= size
        return b"".join(parts)


def _theirs(path: PurePosixPath) -> bool:
    return not any(part in NOT_THEIRS for part in path.parts) and path.name not in (".DS_Store", "Thumbs.db")


def _name(info: zipfile.ZipInfo) -> str:
    """Return the name of a file; many programs write UTF-8 and do not say so."""
    name = info.filename
    if not info.flag_bits & _UTF8 and not name.isascii():
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/").replace("\0", "")
