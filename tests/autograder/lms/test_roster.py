"""A class list is read as its platform exports it, or refused with what is missing."""

import pytest
from support.archives import CANVAS_ROSTER, MOODLE_ROSTER

from autograder.lms import roster
from autograder.lms.roster import RosterError, folder


def read(place, text, encoding="utf-8"):
    path = place / "roster.csv"
    path.write_text(text, encoding=encoding)
    return roster.read(path)


BAD = {
    "empty": ("", "it is empty"),
    "no rows": ("Student,ID,Section\n", "there is no student in it"),
    "no id": ("First name,Last name\nAda,Lovelace\n", "no column tells students apart.*it has First name, Last name"),
    "no name": ("Username,Points\nada,3\n", "no column has names"),
    "one id twice": ("Username,Last name\nada,A\nbob,B\nADA,C\n", "rows 2 and 4 are both ADA"),
    "no table": ('Username,Last name\n"ada,A\n', "it is no table"),
    "too many": ("Username,Last name\n" + "".join(f"u{n},x\n" for n in range(20_001)), "20,002 rows"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_roster_that_cannot_be_used_says_what_it_needs(tmp_path, bad):
    """Missing columns, an id that two have, no table at all: the error names the file, what is there and what to do."""
    text, said = BAD[bad]
    with pytest.raises(RosterError, match=rf"roster\.csv.*{said}"):
        read(tmp_path, text)
    with pytest.raises(RosterError, match="there is no such file"):
        roster.read(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes("Username,Last name\nada,Müller\n".encode("latin-1"))
    with pytest.raises(RosterError, match="Save it as CSV in UTF-8"):
        roster.read(tmp_path / "latin.csv")


def test_every_platforms_list_is_read(tmp_path):
    """Separators, encodings, ids and names are as each platform has them; rows that are no student's are none."""
    canvas = read(tmp_path, CANVAS_ROSTER, "utf-8-sig")
    assert [person.id for person in canvas.people] == ["ada", "john1", "john2", "bruce", "vikram", "alan"]
    assert canvas.people[0].name == "Ada Lovelace"
    assert [one.id for one in read(tmp_path, MOODLE_ROSTER).people] == [
        f"{n}@x.org" for n in ("jose", "ada", "john1", "john2")
    ]
    sixteen = read(tmp_path, "Last Name\tFirst Name\tUsername\nLovelace\tAda\tada\n", "utf-16")
    assert [(one.id, one.last, one.first) for one in sixteen.people] == [("ada", "Lovelace", "Ada")]
    assert read(tmp_path, "OrgDefinedId,Last Name\n#7,X\n").people[0].id == "7"


@pytest.mark.parametrize(
    "name", ["../../etc", "..", "a/b", "a\\b", "C:x", "\0", "", ".", " ada ", "x" * 5000, "李" * 99, "\u202eada"]
)
def test_a_name_is_a_folder_and_no_path(name):
    """Whatever somebody is called becomes one folder, below the one it is put into."""
    made = folder(name)
    assert made
    assert made not in (".", "..")
    assert not set(made) & {*"/\\:\0\u202e"}
    assert len(made) <= roster.LONGEST
    assert len(made.encode()) <= 200
    assert made == made.strip(" .")
