"""Holds what is graded by against what authors have written since it was built."""

from __future__ import annotations

from labkit import course as courses
from labkit.course import CourseError
from labkit.paths import HOME

WRITTEN = HOME / "course" / "course.toml"


def require() -> None:
    """Refuse to grade by a course that was built before its tables were changed.

    Raises:
        CourseError: a lab has other exercises, points or words in its table than in what was built, or a table cannot
            be read.
    """
    if not WRITTEN.exists():  # somebody who grades without the author's files
        return
    written, built = courses.read(WRITTEN), courses.load()
    known = {lab.id: lab for lab in built.labs}
    changed = [f"course/{lab.id}.toml" for lab in written.labs if known.pop(lab.id, None) != lab]
    if changed or known or written.title != built.title:
        raise CourseError(
            f"{', '.join(changed) or 'course/course.toml'} has changed since the notebooks were built, so marks would "
            "not be what the table says. Run `make build`, then `make verify`, then grade."
        )
