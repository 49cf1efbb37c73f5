"""What one worker does with one submission: read it, judge it, and write the verdicts into the student's notebook."""

from __future__ import annotations

import time
from dataclasses import replace

import nbformat

from autograder.judging import judge, record, tiers
from autograder.judging.record import Record
from autograder.submissions import annotate, submission
from autograder.submissions.collect import Content
from autograder.submissions.submission import Submission
from autograder.workers.tasks import Done, Work
from labkit.course import Lab


def work(task: Work) -> Done:
    """Judge a submission, unless that has been done, and prepare its notebook for the gradebook."""
    content, lab = task.content, submission.course().lab(task.content.lab)
    found = read(content, lab) if task.readable else Submission(content.path, lab, content.student)
    known = task.known
    if known is None:
        begun = time.perf_counter()
        known = record.of(judge.judge(found), time.perf_counter() - begun)
    return prepare(found, lab, known)


def prepare(found: Submission, lab: Lab, known: Record) -> Done:
    """Write a record's verdicts into the student's notebook."""
    book = nbformat.from_dict(submission.placeholder(found, lab))
    annotate.repair(book, lab)
    untouched = annotate.restore(book, lab)
    annotate.write(book, known.verdicts, known.incidents)
    text = nbformat.writes(book, version=4)
    return Done(known, text if text.endswith("\n") else f"{text}\n", untouched)


def tier(_: None) -> str:
    """Return the name of the sandbox that is used here."""
    return tiers.probe().name


def read(content: Content, lab: Lab) -> Submission:
    """Read what was handed in, for the lab in whose folder it lay."""
    nothing = Submission(content.path.with_name(f"{lab.id}.ipynb"), lab, content.student, incidents=content.notes)
    if content.data is None:
        return nothing
    found = submission.read(content.path, lab.id, content.student, content.data)
    if found.lab != lab:
        return replace(nothing, incidents=(*content.notes, "It belongs to another lab."))
    return found.noting(*content.notes)
