"""The course as data: which labs there are, their exercises, points and hints.

Authors write `course/course.toml`, the course's title and the order of its labs, and for each lab `course/LAB.toml`,
its exercises, points and hints. The build checks them and writes them down again as `labkit/course.json`, together with
a fingerprint of every stub. At run time labkit reads the built file alone, so a student needs no author's files.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError, model_validator

from labkit.sections import SETUP

BUILT = Path(__file__).with_name("course.json")

SectionName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
LabName = Annotated[str, Field(pattern=r"^lab\d\d_[a-z0-9_]+$", max_length=40)]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$", max_length=40)]
Sentence = Annotated[str, Field(min_length=1)]


class CourseError(ValueError):
    """What an author wrote cannot be used; the message names the file and what to change."""


class Strict(BaseModel):
    """A model that refuses what it does not know, so that a typing error in a table is seen."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


_Model = TypeVar("_Model", bound=Strict)


class Exercise(Strict):
    """One exercise: a section of the module, or a file beside it, its checks, and what it is worth."""

    id: SectionName
    title: Sentence
    points: Annotated[FiniteFloat, Field(gt=0)]
    difficulty: Annotated[int, Field(ge=1, le=3)]
    minutes: Annotated[int, Field(ge=1)]
    hints: Annotated[list[Sentence], Field(min_length=1, max_length=3)]
    hidden: Annotated[str, Field(min_length=1, description="what hidden checks try, in one line a student may read")]
    file: FileName | None = None
    """The file that it writes, in a folder of the lab's name beside the module; none for a section of the module."""
    elsewhere: bool = False
    """Whether it may be solved by what other sections say, its own stub as it was given."""
    live: bool = False
    """Whether a live run judges it: that starts all that it asks, and asks again by itself what was only late."""


class Lab(Strict):
    """One lab: one notebook, one module."""

    id: LabName
    title: Sentence
    minutes: Annotated[int, Field(ge=1)]
    given: list[str] = []
    tests: Annotated[str, Field(description="the module that the lab's tests are for, and that its server serves")] = ""
    exercises: Annotated[list[Exercise], Field(alias="exercise", min_length=1)]

    @property
    def sections(self) -> list[str]:
        """The names of all sections, and of those that are files of their own, in the notebook's order."""
        return [SETUP, *(exercise.id for exercise in self.exercises)]

    @property
    def files(self) -> dict[str, str]:
        """The files beside the module, by the name of the exercise that writes each."""
        return {exercise.id: exercise.file for exercise in self.exercises if exercise.file}

    @property
    def points(self) -> float:
        """The points of all exercises together."""
        return sum(exercise.points for exercise in self.exercises)

    def exercise(self, name: str) -> Exercise:
        """Return the exercise of that name, or raise KeyError with the names there are."""
        for exercise in self.exercises:
            if exercise.id == name:
                return exercise
        raise KeyError(f"{self.id} has no exercise {name!r}. It has: {', '.join(e.id for e in self.exercises)}.")

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        _refuse_duplicates(self.sections, f"{self.id}: two sections are called")
        return self


class Order(Strict):
    """What course.toml says: the course's title, and its labs by name."""

    title: Sentence
    labs: Annotated[list[LabName], Field(min_length=1)]


class Course(Strict):
    """All labs, in the order in which they are taught."""

    title: Sentence
    labs: Annotated[list[Lab], Field(alias="lab", min_length=1)]
    stubs: dict[str, dict[str, str]] = {}
    """Built: the fingerprint of each stub, by lab and section."""

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        _refuse_duplicates([lab.id for lab in self.labs], "two labs are called")
        return self

    def lab(self, name: str) -> Lab:
        """Return the lab of that name, or raise KeyError with the names there are."""
        for lab in self.labs:
            if lab.id == name:
                return lab
        raise KeyError(f"There is no lab {name!r}. There are: {', '.join(lab.id for lab in self.labs)}.")


def _refuse_duplicates(names: list[str], problem: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{problem} {', '.join(twice)}; give each its own name")


def read(path: Path) -> Course:
    """Read and check an author's course.toml, and the table of each lab beside it.

    Raises:
        CourseError: a file is missing, is no TOML, or says something the course has no place for. The message
            has one line for each problem: where it is, and what is wrong with it.
    """
    order = _checked(Order, path, _table(path, f"expected it at {path}"))
    labs, problems = [], []
    for name in order.labs:
        try:
            labs.append(_lab(path.with_name(f"{name}.toml"), name))
        except CourseError as problem:
            problems.append(str(problem))
    if problems:
        raise CourseError("\n".join(problems))
    return _checked(Course, path, {"title": order.title, "lab": labs})


def _lab(path: Path, name: str) -> Lab:
    table = _table(path, "write the lab's table, or take the lab out of course.toml")
    if "id" in table:
        raise CourseError(f"{_place(path)}: id: remove it; the file's name says it")
    return _checked(Lab, path, {"id": name} | table)


def _table(path: Path, missing: str) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(f"{_place(path)} is missing: {missing}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CourseError(f"{_place(path)} is not valid TOML: {problem}") from None


def _checked(model: type[_Model], path: Path, table: dict[str, object]) -> _Model:
    try:
        return model.model_validate(table)
    except ValidationError as problems:
        raise CourseError("\n".join(_explain(_place(path), problems))) from None


def _explain(place: str, problems: ValidationError) -> list[str]:
    lines = []
    for problem in problems.errors():
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in problem["loc"])
        message = (
            "unknown key; remove it or mend its spelling" if problem["type"] == "extra_forbidden" else problem["msg"]
        )
        lines.append(": ".join(part for part in (place, where, message.removeprefix("Value error, ")) if part))
    return lines


def _place(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def load(path: Path = BUILT) -> Course:
    """Load the built course, as labkit and the judge use it."""
    if not path.exists():
        raise CourseError(f"{path} is missing: run `make build`")
    return Course.model_validate(json.loads(path.read_text(encoding="utf-8")))


def dump(course: Course, stubs: dict[str, dict[str, str]]) -> str:
    """Return the text of labkit/course.json: the course and the fingerprint of each stub."""
    built = course.model_copy(update={"stubs": stubs})
    return (
        json.dumps(
            built.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True), indent=1, ensure_ascii=False
        )
        + "\n"
    )
