"""What is recorded of a submission is there as a whole, or nothing of it is."""

import pytest

from autograder.gradebook.transaction import one_transaction

pytestmark = [
    pytest.mark.nbgrader,
    # nbgrader's own, of its database layer
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning"),
]


@pytest.fixture
def book(tmp_path):
    """A gradebook with one assignment, and another connection to its file."""
    from nbgrader.api import Gradebook

    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Gradebook(url) as gradebook, Gradebook(url) as other:
        gradebook.add_assignment("lab01")
        yield gradebook, other


def recorded(other):
    """The students who have handed in, as another program sees it."""
    found = [submitted.student.id for submitted in other.assignment_submissions("lab01")]
    other.db.rollback()
    return found, [student.id for student in other.students]


def test_nothing_is_written_before_the_end(book):
    """Nobody else sees a student, or a submission, before all that belongs to it is written."""
    gradebook, other = book
    with one_transaction(gradebook.db):
        gradebook.add_student("ada")
        gradebook.update_or_create_submission("lab01", "ada")
        assert recorded(other) == ([], [])
    assert recorded(other) == (["ada"], ["ada"])
    gradebook.add_student("bob")
    assert recorded(other)[1] == ["ada", "bob"]


def test_what_fails_leaves_nothing(book):
    """Where something is raised on the way, and it is rolled back, nothing of the submission is left."""
    gradebook, other = book

    def interrupted():
        with one_transaction(gradebook.db):
            gradebook.add_student("ada")
            gradebook.update_or_create_submission("lab01", "ada")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    gradebook.db.rollback()
    assert recorded(other) == ([], [])
