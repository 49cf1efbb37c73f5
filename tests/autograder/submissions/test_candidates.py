"""What a student hands in a little wrong is found, or named."""

import json
import shutil

import pytest
from support.classroom import LAB, ROOT, released, solved

from autograder.submissions import candidates
from autograder.submissions.collect import NothingToGrade, collect

SOLVED, GIVEN = json.dumps(solved()), json.dumps(released())
OTHER = SOLVED.replace("Hello World", "Hello, World")
RIGHT = f"{LAB}.ipynb"


def one(top, **files):
    """What is chosen from a folder with these files, and what is said."""
    for name, text in files.items():
        place = top / "submitted" / "ada" / LAB / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    (found,) = collect(top, [LAB])
    return (found.path.relative_to(top / "submitted" / "ada" / LAB).as_posix() if found.there else None), found.notes


@pytest.mark.parametrize(
    ("files", "chosen", "said"),
    [
        ({RIGHT: SOLVED}, RIGHT, None),
        ({RIGHT: GIVEN}, RIGHT, None),
        ({RIGHT: GIVEN, f"{LAB}-Copy1.ipynb": SOLVED}, f"{LAB}-Copy1.ipynb", "is as it was given"),
        ({RIGHT: SOLVED, f"{LAB}-Copy1.ipynb": GIVEN}, RIGHT, f"{RIGHT} was judged"),
        ({RIGHT: SOLVED, "draft.ipynb": OTHER}, RIGHT, f"{RIGHT} was judged"),
        ({RIGHT: GIVEN, "a.ipynb": SOLVED, "b.ipynb": OTHER}, RIGHT, "Besides"),
        ({f"{LAB} (1).ipynb": SOLVED, f"{LAB}_final.ipynb": SOLVED}, f"{LAB} (1).ipynb", "the others are the same"),
        ({"mine.ipynb": SOLVED, "original.ipynb": GIVEN}, "mine.ipynb", "as they were given"),
        ({"a.ipynb": SOLVED, "b.ipynb": OTHER}, None, "2 notebooks, none called"),
        ({f"{LAB}.IPYNB": SOLVED}, f"{LAB}.IPYNB", "instead of"),
        ({f"{RIGHT}.txt": SOLVED}, f"{RIGHT}.txt", "instead of"),
        ({f"{RIGHT}.json": SOLVED}, f"{RIGHT}.json", "instead of"),
        ({f"{LAB}/{RIGHT}": SOLVED}, f"{LAB}/{RIGHT}", "instead of"),
        ({f".ipynb_checkpoints/{RIGHT}": SOLVED, f"__MACOSX/{RIGHT}": SOLVED}, None, "There is no notebook"),
        ({f"{LAB}.zip": "PK", "timestamp.txt": "now"}, None, f"no notebook, only {LAB}.zip"),
        ({f"{LAB}.py": "app = 1"}, None, f"no notebook, only {LAB}.py"),
        ({RIGHT: "no notebook", "b.ipynb": SOLVED}, RIGHT, "Besides"),
    ],
)
def test_the_notebook_is_found_or_what_was_found_is_named(tmp_path, files, chosen, said):
    """Copies, other names, nested folders and suffixes are found where they are clear, and named where they are not."""
    found, notes = one(tmp_path, **files)
    assert found == chosen
    assert [*notes] == [] if said is None else said in notes[0]


ASTRAY = {
    f"wrongcase/Lab01_hello/{RIGHT}": f"submitted/wrongcase/{LAB}/{RIGHT}",
    f"dash/lab01-hello/{RIGHT}": f"submitted/dash/{LAB}/{RIGHT}",
    f"flat/{RIGHT}": f"submitted/flat/{LAB}/{RIGHT}",
    f"{LAB}/swapped/{RIGHT}": f"submitted/swapped/{LAB}/{RIGHT}",
    f"ada_{RIGHT}": f"submitted/STUDENT/{LAB}/{RIGHT}",
}


@pytest.mark.parametrize("path", ASTRAY)
def test_a_notebook_that_lies_astray_is_named(tmp_path, path):
    """A notebook that belongs to no student or no lab gets a line that says where it should lie."""
    place = tmp_path / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(SOLVED, encoding="utf-8")
    (line,) = candidates.astray(tmp_path, [LAB, "lab02_validation"])
    assert line.startswith(f"submitted/{path} was not graded: put it at {ASTRAY[path]}")


def test_nothing_is_astray_where_everything_lies_right(tmp_path):
    """What lies where it should, its checkpoints, and what is no notebook, are not named."""
    for name in (f"ada/{LAB}/{RIGHT}", f"ada/{LAB}/.ipynb_checkpoints/{RIGHT}", "notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "notebooks" / RIGHT, tmp_path / name)
    assert [*candidates.astray(tmp_path, [LAB])] == []


def test_an_empty_class_is_refused(tmp_path):
    """Where nothing was handed in, the message says where it should lie."""
    with pytest.raises(NothingToGrade, match="put notebooks at"):
        collect(tmp_path, [LAB])
