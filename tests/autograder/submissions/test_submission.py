"""What the judge takes out of a submitted file, and what it says about damage."""

import json

import nbformat
import pytest
from support.classroom import LAB, cell_of, hand_in, released, solved

from autograder.submissions import submission

EXERCISES = {"root", "path_parameter", "query_parameters", "optional_query", "route_order", "documentation"}


def read(tmp_path, book, name=f"{LAB}.ipynb"):
    return submission.read(hand_in(tmp_path, "ada", book, name))


@pytest.fixture
def whole(tmp_path):
    """The module of the solved notebook."""
    return read(tmp_path, solved()).text


def test_takes_the_module_out(tmp_path, whole):
    """The module holds every section in the notebook's order, `--before` respected, and nothing is remarked."""
    found = read(tmp_path, solved())
    assert found.incidents == ()
    assert found.attempted == EXERCISES
    assert found.student == "ada"
    order = [line.split()[2] for line in whole.splitlines() if line.startswith("# %% ")]
    assert order.index("route_order") == order.index("path_parameter") - 1


def test_untouched_notebook_attempts_nothing(tmp_path):
    """The notebook as it was given counts as not attempted."""
    found = read(tmp_path, released())
    assert found.attempted == frozenset()
    assert found.incidents == ()


def duplicated(book):
    book.cells.append(nbformat.from_dict(cell_of(book, "root")))
    cell_of(book, "root").source = cell_of(released(), "root").source


def written_twice(book):
    draft = nbformat.from_dict(cell_of(book, "root"))
    draft.source = draft.source.replace("Hello World", "a draft")
    book.cells.insert(0, draft)


def stripped(book):
    for cell in book.cells:
        cell.metadata = {}


def renamed(book):
    cell_of(book, "root").source = cell_of(book, "root").source.replace("%%section root", "%%section rooot")


def other_magic(book):
    cell = cell_of(book, "root")
    cell.source = cell.source.replace("%%section root", "%%section path_parameter")


def without_magic(book):
    cell_of(book, "root").source = cell_of(book, "root").source.partition("\n")[2]


def merged(book):
    second = cell_of(book, "query_parameters")
    cell_of(book, "root").source += "\n\n" + second.source
    book.cells.remove(second)


def as_markdown(book):
    cell = cell_of(book, "root")
    cell.cell_type = "markdown"
    del cell["outputs"], cell["execution_count"]


def as_raw(book):
    as_markdown(book)
    cell_of(book, "root").cell_type = "raw"


def reordered(book):
    book.cells.reverse()


def copied_cell(book):
    """Copy a cell with its metadata, and write another exercise into the copy."""
    source = cell_of(book, "query_parameters").source
    book.cells.remove(cell_of(book, "query_parameters"))
    copy = nbformat.from_dict(cell_of(book, "root"))
    copy.source = source
    book.cells.append(copy)


def foreign_kernel(book):
    book.metadata["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}


def broken_metadata(book):
    for cell in book.cells:
        cell.metadata["nbgrader"] = {"grade_id": 7, "points": "many"}


def deleted_setup(book):
    book.cells.remove(cell_of(book, "setup"))


def deleted_check(book):
    book.cells.remove(cell_of(book, "check-root"))


def windows(book):
    for cell in book.cells:
        cell.source = cell.source.replace("\n", "\r\n")


QUIET = [stripped, reordered, foreign_kernel, broken_metadata, windows, copied_cell]
LOUD = [duplicated, written_twice, renamed, other_magic, without_magic, merged, as_markdown, as_raw]


@pytest.mark.parametrize("damage", [*QUIET, *LOUD, deleted_setup, deleted_check])
def test_repairs_what_is_unambiguous(tmp_path, whole, damage):
    """Damage that leaves no doubt about what was meant costs nothing, and is named where a cell was changed."""
    book = solved()
    damage(book)
    found = read(tmp_path, book)
    assert found.text == whole
    assert bool(found.incidents) == (damage not in QUIET)


def test_deleted_cell_costs_its_own_exercise(tmp_path):
    """A section whose cell was deleted is not attempted; the others are there."""
    book = solved()
    book.cells.remove(cell_of(book, "root"))
    found = read(tmp_path, book)
    assert found.attempted == EXERCISES - {"root"}
    assert found.incidents == ("The cell of root is missing.",)


def test_byte_order_mark(tmp_path, whole):
    """A byte order mark is no damage."""
    path = hand_in(tmp_path, "ada", solved())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert submission.read(path).text == whole


def test_format_4_0_without_cell_ids(tmp_path, whole):
    """A notebook of format 4.0, which knows no cell ids, is read without a word."""
    path = hand_in(tmp_path, "ada", solved())
    data = json.loads(path.read_text(encoding="utf-8")) | {"nbformat_minor": 0}
    for cell in data["cells"]:
        cell.pop("id")
    path.write_text(json.dumps(data), encoding="utf-8")
    assert submission.read(path).text == whole
    assert submission.read(path).incidents == ()


def test_format_3(tmp_path, whole):
    """A notebook of format 3 is read as well."""
    path = hand_in(tmp_path, "ada", solved())
    path.write_text(nbformat.writes(nbformat.convert(solved(), 3), version=3), encoding="utf-8")
    assert submission.read(path).text == whole


def test_fifty_megabytes_of_output(tmp_path, whole):
    """Output is not looked at, however much there is."""
    book = solved()
    text = "x" * 50_000_000
    cell_of(book, "root").outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
    found = read(tmp_path, book)
    assert found.text == whole
    assert found.book is not None
    assert len(nbformat.writes(found.book)) < 1_000_000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b'{"cells": [', "not valid JSON"),
        (b"\xff\xfe\x00\x01", "not UTF-8"),
        (b"[1, 2]", "not a notebook"),
        (b'{"answer": 42}', "not a notebook"),
        (b'{"cells": 7, "nbformat": 4}', "No section"),
        (b'{"cells": [null, {"cell_type": 3, "source": [1]}], "nbformat": 4}', "No section"),
        (b'{"worksheets": 7, "nbformat": 3}', "cannot be read"),
        (b"[" * 100_000, "not valid JSON"),
    ],
)
def test_unusable_file_is_an_incident(tmp_path, content, reason):
    """A file that is no notebook becomes a submission without a module, and says why in one line."""
    path = tmp_path / f"{LAB}.ipynb"
    path.write_bytes(content)
    found = submission.read(path)
    assert found.text is None
    assert len(found.incidents) == 1
    assert reason in found.incidents[0]


def test_link_is_refused(tmp_path):
    """A symbolic link is not followed, wherever it leads."""
    target = hand_in(tmp_path, "ada", solved())
    link = tmp_path / f"{LAB}.ipynb"
    link.symlink_to(target)
    found = submission.read(link)
    assert found.text is None
    assert "link" in found.incidents[0]


def test_lab_is_told_by_the_notebook_where_the_name_does_not(tmp_path):
    """A notebook of another name still opens its lab; without that the folder or --lab says it."""
    book = solved()
    place = tmp_path / "Lab 1 (copy).ipynb"
    nbformat.write(book, place)
    assert submission.read(place).lab.id == LAB
    book.cells.remove(cell_of(book, "open"))
    nbformat.write(book, place)
    assert submission.read(place).lab is None
    assert submission.read(place, lab=LAB).lab.id == LAB


def test_module_without_marks_is_taken_as_it_is(tmp_path):
    """A module written in an editor is judged to the letter, and counts as attempted."""
    place = tmp_path / f"{LAB}.py"
    place.write_text("app = 1\n", encoding="utf-8")
    found = submission.read(place)
    assert found.text == "app = 1\n"
    assert found.attempted == EXERCISES


def _copied(book, source, cell_type="code", name="path_parameter"):
    """Put a copy of a section's cell below it, with nbgrader's name in it, and something else written into it."""
    place = next(number for number, cell in enumerate(book.cells) if cell is cell_of(book, name))
    copy = nbformat.from_dict(book.cells[place])
    copy.update(source=source, cell_type=cell_type)
    book.cells.insert(place + 1, copy)


@pytest.mark.parametrize(
    ("source", "cell_type"),
    [
        ('lab.client.get("/items/42").json()', "code"),
        ('%%time\nlab.client.get("/items/1")', "code"),
        ("", "code"),
        ("# later", "code"),
        ("%%section path_parameter\n", "code"),
        ("%%section path_parameter\n# nothing yet\n", "code"),
        ("My notes: the id is converted by FastAPI.", "markdown"),
        ("%%section path_parameter_draft\npass\n", "code"),
    ],
)
@pytest.mark.parametrize("below", [True, False])
def test_a_copy_with_something_else_in_it_does_not_count(tmp_path, whole, source, cell_type, below):
    """A cell that was split or copied and now holds a request, notes or nothing takes no section's place."""
    book = solved()
    _copied(book, source, cell_type)
    if not below:
        place = next(number for number, cell in enumerate(book.cells) if cell is cell_of(book, "path_parameter"))
        book.cells.insert(place, book.cells.pop(place + 1))
    found = read(tmp_path, book)
    assert found.text == whole
    assert found.attempted == EXERCISES
