"""A module that was edited in an editor: noticed, served, and nothing of it lost."""

import pytest

from labkit.notebook import lab as labs
from labkit.verdict import Outcome

SOLVED = '@app.get("/")\ndef read_root():\n    return {"message": "Hello World"}\n'
ITEM = '@app.get("/items/{item_id}")\ndef read_item(item_id: int):\n    return {"item_id": item_id}\n'
LATEST = '@app.get("/items/latest")\ndef read_latest():\n    return ITEMS[-1]\n'


@pytest.fixture
def module(lab, workbook):
    """The module's file, with its first exercise written wrong."""
    lab.write("root", SOLVED.replace("World", "there"))
    return workbook / "labs" / "lab01_hello.py"


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_edit_is_served_and_said_not_to_be_graded(lab, module):
    """An edit in the file runs at the next check, which says that the notebook is what gets graded."""
    assert lab.judge("root").notices == ()
    edit(module, "Hello there", "Hello World")
    verdict = lab.judge("root")
    assert verdict.outcome is Outcome.CORRECT
    assert "labs/lab01_hello.py was edited outside the notebook (root)" in str(verdict)
    assert "lab.adopt('root')" in str(verdict)


def test_an_edit_can_be_taken_in(lab, module, capsys):
    """lab.adopt offers the section as it is in the file; running it in the notebook ends the notice."""
    edit(module, "Hello there", "Hello World")
    lab.adopt("root")
    assert capsys.readouterr().out == f"{SOLVED}\n"
    assert "copy" not in lab.write("root", SOLVED)
    assert lab.judge("root").notices == ()
    lab.adopt("documentation")
    assert "has no section documentation; it has setup, root" in capsys.readouterr().out


def test_running_a_cell_over_an_edit_keeps_a_copy(lab, module):
    """A cell that runs over an edit of its section wins, and the file as it was is kept beside it, each time anew."""
    edit(module, "Hello there", "Hello edited")
    before = module.read_text()
    said = lab.write("root", SOLVED)
    assert (
        "root had been edited in labs/lab01_hello.py: the file as it was is kept as labs/lab01_hello.edited1.py" in said
    )
    assert module.with_name("lab01_hello.edited1.py").read_text() == before
    edit(module, "Hello World", "# only a comment\n")
    assert "lab01_hello.edited2.py" in lab.write("root", SOLVED)


def test_running_another_cell_leaves_an_edit_alone(lab, module):
    """A cell that writes another section leaves the edit where it is, without a copy."""
    edit(module, "Hello there", "Hello edited")
    assert "kept as" not in lab.write("path_parameter", ITEM)
    assert "Hello edited" in module.read_text()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("# %% setup", "import os  # mine\n\n# %% setup"),
        lambda text: text + "\n# %% root\n# mine\n" + SOLVED,
        lambda text: text.replace("# %% ", "# "),
    ],
    ids=["above the first mark", "the same section twice", "marks removed"],
)
def test_what_a_cell_would_drop_is_kept_as_a_copy(lab, module, change):
    """Lines that belong to no section, to one that is there twice, or to a file without marks are not lost."""
    module.write_text(change(module.read_text()))
    before = module.read_text()
    assert "kept as labs/lab01_hello.edited1.py" in lab.write("path_parameter", ITEM)
    assert module.with_name("lab01_hello.edited1.py").read_text() == before


def test_a_section_moved_in_the_file_is_said_not_to_be_graded(lab, module, monkeypatch):
    """A section moved by hand is noticed, and adopting it offers a cell with the --before that puts it there."""
    lab.write("path_parameter", ITEM)
    lab.write("route_order", LATEST)
    assert lab.judge("route_order").outcome is not Outcome.CORRECT
    text = module.read_text()
    marked = f"\n# %% route_order\n{LATEST}"
    module.write_text(text.replace(marked, "").replace("\n# %% path_parameter", f"{marked}\n# %% path_parameter"))
    verdict = lab.judge("route_order")
    assert "edited outside the notebook (route_order)" in str(verdict)
    offered = []
    monkeypatch.setattr(labs.magic, "offer_cell", lambda section: offered.append(section) or True)
    lab.adopt("route_order")
    assert (offered[0].name, offered[0].before) == ("route_order", "path_parameter")


def test_a_deleted_module_is_said_and_written_again(lab, module):
    """When the file is gone a check says so, and the next cell writes it again."""
    module.unlink()
    assert "lab01_hello.py is not written yet" in str(lab.judge("root").problem)
    lab.write("root", SOLVED)
    assert module.exists()


def test_a_module_with_marks_from_elsewhere_is_not_taken_for_edited(opened, workbook):
    """A module that no notebook has written is checked without notice; the first cell over it keeps a copy."""
    (workbook / "labs").mkdir()
    text = f"# %% setup\nfrom fastapi import FastAPI\napp = FastAPI()\n# %% root\n{SOLVED}"
    (workbook / "labs" / "lab01_hello.py").write_text(text)
    verdict = opened.judge("root")
    assert (verdict.outcome, verdict.notices) == (Outcome.CORRECT, ())
    assert "kept as labs/lab01_hello.edited1.py" in opened.write("root", SOLVED.replace("World", "there"))


def test_a_module_written_in_an_editor_is_served_and_checked(opened, workbook):
    """A module without marks, written after the lab was opened, is served and checked as it is."""
    (workbook / "labs").mkdir()
    text = f"from fastapi import FastAPI\napp = FastAPI()\n{SOLVED.replace('World', 'there')}"
    (workbook / "labs" / "lab01_hello.py").write_text(text)
    assert opened.judge("root").outcome is Outcome.INCORRECT


def test_other_editors_line_ends_are_no_edit(lab, module):
    """A file saved with Windows line ends and a BOM is served as before, and not taken for edited."""
    module.write_bytes(b"\xef\xbb\xbf" + module.read_bytes().replace(b"\n", b"\r\n"))
    assert lab.judge("root").notices == ()
    assert lab.server.running


def test_a_folder_that_cannot_be_written_to_is_named(opened, workbook):
    """Where the module cannot be written the cell says which folder to mend, and raises nothing."""
    (workbook / "labs").write_text("a file where the folder should be")
    said = opened.write("root", SOLVED)
    assert "problem   labs/lab01_hello.py cannot be written" in said
    assert f"make {workbook / 'labs'} a folder you may write to, then run this cell again" in said


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "\xff",
        '{"verdicts": 3}',
        '{"verdicts": {"root": {"outcome": "x"}}, "hints": {"root": "a"}}',
        '{"server": {"port": "x"}}',
    ],
)
def test_a_damaged_progress_file_costs_the_memory_alone(workbook, text):
    """Whatever stands in the file of the progress, the lab opens, is checked and gives hints."""
    import labkit

    path = workbook / "labs" / ".progress" / "lab01_hello.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode("latin-1"))
    lab = labkit.open("lab01_hello")
    try:
        lab.write("setup", "from fastapi import FastAPI\napp = FastAPI()\n")
        lab.write("root", SOLVED)
        lab.check("root")
        assert "1 of 12 points" in str(lab)
        assert str(lab.hint("root")).startswith("hint 1")
    finally:
        lab.server.stop()


def test_two_kernels_keep_each_others_progress(lab, module, monkeypatch):
    """What a terminal and a notebook check at the same time is both remembered."""
    other = labs.Lab("lab01_hello")
    try:
        lab.write("root", SOLVED)
        lab.check("root")
        other.hint("root")
    finally:
        other.server.stop()
    assert "1 of 12 points" in str(labs.Lab("lab01_hello"))


def test_a_section_that_takes_over_a_function_of_an_earlier_one_makes_its_verdict_old(lab, module):
    """What was checked before a later section gave its function another meaning is said to have changed since."""
    lab.write("root", SOLVED)
    lab.check("root")
    lab.write("path_parameter", ITEM)
    assert "changed since" not in str(lab.progress())
    lab.write("documentation", SOLVED.replace("World", "there"))
    assert [line.split()[0] for line in str(lab.progress()).splitlines() if "changed since" in line] == ["root"]
    lab.check("root")
    assert "changed since" not in str(lab.progress())
