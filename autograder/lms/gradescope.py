"""Reads the page that Gradescope puts into an archive: which folder is whose, and when it was handed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from autograder.lms.naming import Claim

NAME = "submission_metadata.yml"
LARGEST = 30_000_000
"""A larger page is not read, in bytes; 500 submissions with the results of their tests take 5 MB."""


class Metadata:
    """What the page says, by folder."""

    def __init__(self, data: bytes) -> None:
        """Read the page.

        Raises:
            ValueError: it says nothing that can be read.
        """
        if len(data) > LARGEST:
            raise ValueError(f"{NAME} is larger than {LARGEST // 1_000_000} MB")
        found = _parsed(data)
        if not isinstance(found, dict):
            raise ValueError(f"{NAME} has no list of submissions")
        self._folders: dict[str, Any] = {str(name): entry for name, entry in found.items()}

    def read(self, path: PurePosixPath) -> list[Claim]:
        """Return what is said of a file: a claim for each who has handed it in together; none if nothing is said."""
        for number, part in enumerate(path.parts[:-1]):
            if part in self._folders:
                return [*_claims(self._folders[part], part, "/".join(path.parts[number + 1 :]))]
        return []


def _claims(entry: Any, folder: str, file: str) -> Iterator[Claim]:
    if not isinstance(entry, Mapping):
        return
    handed_in = _moment(entry.get(":created_at"))
    submitters = entry.get(":submitters")
    for one in submitters if isinstance(submitters, list) else []:
        if isinstance(one, Mapping):
            name, number, email = (str(one.get(f":{kind}") or "") for kind in ("name", "sid", "email"))
            keys = tuple((kind, value) for kind, value in (("number", number), ("email", email)) if value)
            yield Claim("Gradescope", number or email or name or folder, file, name, keys, handed_in)


def _moment(value: Any) -> datetime | None:
    """Return a time; Rails writes one as a text, or as a time and its zone."""
    if isinstance(value, Mapping):
        value = value.get("utc")
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip().replace(" Z", "Z"))
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _parsed(data: bytes) -> Any:
    """Read YAML without making anything that it names; what stands under a name of Ruby's is taken as it stands."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        """A loader of its own, so that no other learns of what is added."""

    def plain(loader: Any, _: str, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else node.value

    Loader.add_multi_constructor("!", plain)
    try:
        return yaml.load(data, Loader=Loader)
    except (yaml.YAMLError, RecursionError, ValueError) as problem:
        first = str(problem).partition("\n")[0]
        raise ValueError(f"{NAME} cannot be read ({first})") from None
