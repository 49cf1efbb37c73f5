"""Sorts the files of an archive by student and attempt. Each that is nobody's has a line that says why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

from autograder.lms import gradescope, naming
from autograder.lms.archive import Archive, ArchiveError, Member, Refused
from autograder.lms.naming import Claim, Key
from autograder.lms.roster import Person, Roster, folder, shortened
from autograder.policy.rules import FILE, Policy
from autograder.submissions.candidates import NOTED, TIMESTAMP

_RESERVED = (*NOTED, "submission_secret.txt")
"""What nbgrader and we put beside a submission, so that no student's file may be called so."""
_KINDS = ("login", "number", "email", "canvas")


@dataclass(frozen=True)
class Line:
    """What became of a file.

    Attributes:
        source: what the archive calls it.
        student: whose it is; empty where that could not be told.
        said: what became of it, or why nothing did.
        assigned: whether it is where it belongs.
    """

    source: str
    student: str
    said: str
    assigned: bool = True


@dataclass
class Attempt:
    """What one student handed in at one time.

    Attributes:
        student: who, as submitted/ has it.
        handed_in: when, as UTC, where the platform says it.
        late: the platform, where it says that this came late, and no time.
        files: its files, by their names in submitted/.
    """

    student: str
    handed_in: datetime | None
    late: str = ""
    files: dict[str, Member] = field(default_factory=dict)

    def add(self, name: str, member: Member) -> bool:
        """Take a file, under a name that none has yet; return whether it is another one than those that it has."""
        path, number = PurePosixPath(name), 1
        taken = {other.casefold(): found for other, found in self.files.items()}
        while name.casefold() in taken:
            if taken[name.casefold()].content == member.content:
                return False
            number += 1
            name = f"{path.stem} ({number}){path.suffix}"
        self.files[name] = member
        return True


class Sorter:
    """Sorts the files of one archive."""

    def __init__(self, archive: Archive, roster: Roster | None, policy: Policy) -> None:
        self.lines: list[Line] = []
        self._archive, self._roster, self._policy = archive, roster, policy
        self._metadata: gradescope.Metadata | None = None
        self._said: dict[str, None] = {}
        self._strangers: set[str] = set()
        self._late: Counter[str] = Counter()
        self._keys: dict[str, set[Key]] = defaultdict(set)
        self._prefix = ""

    def attempts(self) -> dict[str, list[Attempt]]:
        """Return the attempts of each student, in the order of their times."""
        members = [*self._archive]
        self._metadata = self._described(members)
        claims = [self._claims(member.path) for member in members]
        self._compare([claim for found in claims for claim in found])
        found: dict[tuple[str, datetime | None], Attempt] = {}
        for member, said in zip(members, claims, strict=True):
            if member.path.name == gradescope.NAME or _is_index(member.path):
                self.lines.append(Line(str(member.path), "", "the platform's own page"))
            else:
                self._take(member, said, found)
        attempts: dict[str, list[Attempt]] = defaultdict(list)
        for attempt in sorted(found.values(), key=lambda one: one.handed_in or datetime.min.replace(tzinfo=UTC)):
            attempts[attempt.student].append(attempt)
        return attempts

    def remarks(self) -> list[str]:
        """Return what is to be said about the archive as a whole."""
        said = [*self._said]
        if self._strangers and self._roster:
            said.append(
                f"Not in {self._roster.path.name}, and collected under the platform's name: "
                f"{', '.join(sorted(self._strangers))}. If one is there by another name, say so under [names] "
                f"in {FILE}, remove the folder and collect again."
            )
        for platform, number in self._late.items():
            said.append(
                f"{platform} marks {number} as late and says no time, so {FILE} takes nothing off. Write when they "
                f"came into {TIMESTAMP} beside the notebook, as 2026-03-01 18:30:00 UTC, or let {platform} take it off."
            )
        return said

    def _described(self, members: Iterable[Member]) -> gradescope.Metadata | None:
        for member in members:
            if member.path.name == gradescope.NAME:
                try:
                    return gradescope.Metadata(self._archive.read(member))
                except (Refused, ValueError) as problem:
                    raise ArchiveError(f"{self._archive.path}: {problem}. Export it from Gradescope again.") from None
        return None

    def _claims(self, path: PurePosixPath) -> list[Claim]:
        """Return what the path says; a claim for each who has handed it in together."""
        if self._metadata and (found := self._metadata.read(path)):
            return found
        if claim := naming.read(path):
            return [claim]
        for number, part in enumerate(path.parts[:-1] if self._roster else ()):
            claim = Claim("folder", part, "/".join(path.parts[number + 1 :]), part, tuple((k, part) for k in _KINDS))
            if part in self._policy.names or (self._roster and self._roster.find(claim)):
                return [claim]
        return []

    def _compare(self, claims: list[Claim]) -> None:
        """Learn from all names together who has a namesake, and what Blackboard calls the assignment."""
        for claim in claims:
            self._keys[folder(claim.label).casefold()].update(claim.keys[:1])
        prefixed = {claim.prefixed for claim in claims if claim.prefixed}
        if len(prefixed) > 1:
            first, last = min(prefixed), max(prefixed)  # what these share, all share
            same = next((place for place, sign in enumerate(first) if not last.startswith(sign, place)), len(first))
            self._prefix = first[: first.rfind("_", 0, same) + 1]

    def _take(self, member: Member, claims: list[Claim], found: dict[tuple[str, datetime | None], Attempt]) -> None:
        """Put a file to the attempt it belongs to, or say why that cannot be."""
        source = str(member.path)
        try:
            member.require()
            if not claims:
                raise Refused("it is called as no platform calls a file, and lies in no student's folder")
            owners = [(claim, self._student(claim)) for claim in claims]
        except Refused as problem:
            self.lines.append(Line(source, "", str(problem), assigned=False))
            return
        for claim, student in owners:
            moment = self._moment(claim)
            if (student, moment) not in found:
                found[student, moment] = Attempt(student, moment, claim.platform if claim.late else "")
                self._late.update([claim.platform] if claim.late and not moment else [])
            if not found[student, moment].add(_file(claim), member):
                self.lines.append(Line(source, student, "the same file twice"))

    def _student(self, claim: Claim) -> str:
        """Return who is meant, as submitted/ calls the student.

        Raises:
            Refused: it could be several.
        """
        if claim.prefixed and self._prefix:
            login = claim.prefixed.removeprefix(self._prefix)
            claim = replace(claim, label=login, keys=(("login", login), *claim.keys))
        for name in (claim.label, claim.name, *(value for _, value in claim.keys)):
            if name in self._policy.names:
                return folder(self._policy.names[name])
        people = self._people(claim)
        if len(people) > 1:
            who = " or ".join(person.id for person in people)
            raise Refused(
                f"{claim.label} may be {who}; say who under [names] in {FILE}, as in {claim.at!r} = {people[0].id!r}"
            )
        own = folder(claim.label)
        namesake = len(self._keys[own.casefold()]) > 1
        if people and not (namesake and claim.platform == "Moodle" and people[0].keys.get("moodle") != claim.at):
            return people[0].id
        if namesake:
            raise Refused(
                f"there are two called {claim.label}; give the platform's roster with --roster, or say who "
                f"under [names] in {FILE}: {claim.at!r} = 'their id'"
            )
        if self._roster:
            if own.casefold() in {person.id.casefold() for person in self._roster.people}:
                raise Refused(f"{claim.label} is not in the roster by that name, and somebody else has that id")
            self._strangers.add(own)
        return own

    def _people(self, claim: Claim) -> list[Person]:
        if not self._roster:
            return []
        exact = replace(claim, keys=claim.keys[:1]) if claim.prefixed and self._prefix else claim
        return self._roster.find(exact) or self._roster.find(claim)

    def _moment(self, claim: Claim) -> datetime | None:
        """Return when it came, as UTC."""
        if claim.handed_in is None or claim.handed_in.tzinfo:
            return claim.handed_in and claim.handed_in.astimezone(UTC)
        if not self._policy.timezone:
            self._said[
                f"{claim.platform} writes times without a zone; they were taken as UTC. "
                f'Say which they are in {FILE}: timezone = "Europe/Berlin".'
            ] = None
        return claim.handed_in.replace(tzinfo=self._policy.zone).astimezone(UTC)


def _is_index(path: PurePosixPath) -> bool:
    """Whether it is the list that Brightspace puts into each archive."""
    return path.name == "index.html" and len(path.parts) <= 2


def _file(claim: Claim) -> str:
    """Return what a file is called in submitted/: what the student calls it, in one folder."""
    parts = [folder(part) for part in PurePosixPath(claim.file).parts if part not in ("/", "..")]
    name = shortened(naming.without_copy("_".join(parts))).lstrip(".") or "_"
    return f"student_{name}" if name.casefold() in _RESERVED else name
