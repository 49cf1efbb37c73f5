"""What comes out of a learning platform goes into submitted/, or has a line that says why not."""

import csv
import stat
import zipfile

import pytest
from support import archives
from support.archives import BLACKBOARD, BRIGHTSPACE, CANVAS, GRADESCOPE, LAB, MOODLE, OTHER, N, archive, notebook

from autograder.lms import agreement
from autograder.lms import archive as archives_read
from autograder.lms.archive import ArchiveError
from autograder.lms.collect import collect
from autograder.submissions import collect as handed_in
from labkit.course import CourseError


def collected(course, files, roster="", rules="", lab=None):
    """Collect an archive in a course directory; return what that came to, and who has handed in which file."""
    archive(course / "all.zip", files)
    (course / "class.toml").write_text(rules, encoding="utf-8")
    if roster:
        (course / "roster.csv").write_text(roster, encoding="utf-8")
    agreed = agreement.load(course, course / "roster.csv" if roster else None)
    return collect(course, course / "all.zip", lab, agreed), submitted(course)


def submitted(course):
    """The files in submitted/, by student."""
    found = {}
    for path in sorted((course / "submitted").glob("*/*/*")):
        student, lab, name = path.relative_to(course / "submitted").parts
        assert lab == LAB
        found.setdefault(student, {})[name] = path.read_text(encoding="utf-8")
    return found


def lines(course):
    """What became of each file of the archive, by file."""
    with (course / "downloaded" / LAB / "collected.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["what became of it"] for row in csv.DictReader(file)}


PLATFORMS = {
    "canvas": (
        CANVAS,
        "",
        "ghost-999 lovelaceada-101 smithjohn-103 smithjohn-104 turingalan-106 李小龍-105 कुमारविक्रम-107",
    ),
    "canvas-roster": (CANVAS, archives.CANVAS_ROSTER, "ada alan bruce ghost-999 john1 john2 vikram"),
    "moodle": (MOODLE, "", "José_Müller Ada_Lovelace Group_A-Ada_Lovelace"),
    "moodle-roster": (MOODLE, archives.MOODLE_ROSTER, "ada@x.org john1@x.org john2@x.org jose@x.org"),
    "blackboard": (BLACKBOARD, "", "ada doe john_doe"),
    "blackboard-roster": (BLACKBOARD, archives.BLACKBOARD_ROSTER, "ada doe john_doe"),
    "brightspace": (BRIGHTSPACE, "", "Ada_Lovelace 李_小龍"),
    "brightspace-roster": (BRIGHTSPACE, archives.BRIGHTSPACE_ROSTER, "ada bruce"),
    "gradescope": (GRADESCOPE, "", "S101 S103 S105"),
    "gradescope-roster": (GRADESCOPE, archives.CANVAS_ROSTER, "ada bruce john1"),
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_file_ends_with_its_student_or_in_a_line(tmp_path, platform):
    """Each student of a platform's archive is told from every other, and each of its files is accounted for."""
    files, roster, students = PLATFORMS[platform]
    _, there = collected(tmp_path, files, roster)
    assert {student.replace(" ", "_") for student in there} == {*students.split()}
    assert lines(tmp_path).keys() == files.keys()
    assert not any("damaged" in said for said in lines(tmp_path).values())
    for names in there.values():
        assert [name for name in names if "(1)" in name or "-1" in name] == []


def test_two_of_one_name_are_never_one(tmp_path):
    """Without a roster that tells two of one name apart neither is assigned, and the line says what to write."""
    found, there = collected(tmp_path, MOODLE)
    said = {line.source: line.said for line in found.unassigned}
    assert said.keys() == {name for name in MOODLE if "John" in name}
    assert "John Smith" not in there
    assert "'203' = 'their id'" in said["John Smith_203_assignsubmission_file_/mine.ipynb"]
    _, there = collected(
        tmp_path, MOODLE, rules="[names]\n203 = 'john1'\n204 = 'john2'\n'Group A-Ada Lovelace' = 'Ada Lovelace'\n"
    )
    assert (there["john1"]["mine.ipynb"], there["john2"]["mine.ipynb"]) == (N, OTHER)
    assert there["Ada Lovelace"].keys() == {f"{LAB}.ipynb", "onlinetext.html"}
    roster = "First name,Last name,Email address\nJohn,Smith,john1@x.org\nJosé,Müller,jose@x.org\n"
    found, _ = collected(tmp_path, MOODLE, roster)
    assert len([line for line in found.unassigned if "John" in line.source]) == 2


def test_who_is_not_in_the_roster_is_named(tmp_path):
    """A student without an account in the roster is collected under the platform's name, and said to be none of it."""
    found, there = collected(tmp_path, CANVAS, archives.CANVAS_ROSTER)
    assert "ghost-999" in there
    assert "Not in roster.csv" in found.remarks[0]
    assert "ghost-999" in found.remarks[0]
    assert "Canvas marks 1 as late and says no time" in found.remarks[1]


def test_the_last_attempt_counts_and_says_when_it_came(tmp_path):
    """Of several attempts the last is taken, with its time in the platform's zone; the others have a line."""
    found, there = collected(tmp_path, BLACKBOARD)
    assert any("taken as UTC" in said for said in found.remarks)
    _, there = collected(tmp_path, BLACKBOARD, rules='timezone = "Europe/Berlin"')
    assert there["ada"] == {f"{LAB}.ipynb": OTHER, "timestamp.txt": "2026-03-02 17:30:00 UTC\n"}
    assert lines(tmp_path)["Lab 1_x_ada_attempt_2026-03-01-18-30-00.txt"] == "another attempt was taken"


def test_collecting_again_replaces_only_what_is_new(tmp_path):
    """What is there stays as it is, a newer one takes its place and keeps the old aside, an older one does not."""
    collected(tmp_path, BLACKBOARD)
    again, _ = collected(tmp_path, BLACKBOARD)
    assert again.changed == []
    newer = {"Lab 1_x_ada_attempt_2026-03-05-18-30-00_lab01_hello.ipynb": N}
    found, there = collected(tmp_path, newer)
    assert (found.changed, there["ada"][f"{LAB}.ipynb"]) == (["ada"], N)
    assert (tmp_path / "downloaded" / LAB / "replaced" / "ada" / f"{LAB}.ipynb").read_text("utf-8") == OTHER
    found, there = collected(tmp_path, BLACKBOARD)
    assert (found.changed, there["ada"][f"{LAB}.ipynb"]) == ([], N)
    assert (
        "a later one is in submitted/ada"
        in lines(tmp_path)["Lab 1_x_ada_attempt_2026-03-02-18-30-00_lab01_hello.ipynb"]
    )


def test_a_mark_of_lateness_without_a_time_is_said(tmp_path):
    """What Canvas marks late says so to who grades, until somebody has written when it came, which then stays."""
    collected(tmp_path, CANVAS)
    (one,) = handed_in.collect(tmp_path, [LAB], "lovelaceada-101")
    assert "marks it as late and says no time" in one.notes[0]
    place = tmp_path / "submitted" / "lovelaceada-101" / LAB / "timestamp.txt"
    place.write_text("2026-03-03 10:00:00 UTC", encoding="utf-8")
    assert collected(tmp_path, CANVAS)[0].changed == []
    (one,) = handed_in.collect(tmp_path, [LAB], "lovelaceada-101")
    assert (one.notes, one.load().timestamp) == ((), "2026-03-03 10:00:00 UTC")


def test_no_student_writes_the_time(tmp_path):
    """A file that a student calls timestamp.txt is one of the student's, and no time."""
    files = {"adalovelace_1_2_lab01_hello.ipynb": N, "adalovelace_1_3_timestamp.txt": "2020-01-01 00:00:00 UTC"}
    _, there = collected(tmp_path, files)
    assert there["adalovelace-1"].keys() == {f"{LAB}.ipynb", "student_timestamp.txt"}


def test_an_archive_says_which_lab_it_is_of(tmp_path):
    """The lab is what names or notebooks agree on; one of another has a line, where none is said it is asked for."""
    files = {f"s{n}_{n}_{n}_a.ipynb": N for n in range(1, 20)} | {"x_99_99_b.ipynb": notebook(lab="lab02_validation")}
    found, there = collected(tmp_path, files)
    assert (found.lab, len(there)) == (LAB, 19)
    assert lines(tmp_path)["x_99_99_b.ipynb"] == f"it is a notebook of lab02_validation, and not of {LAB}"
    with pytest.raises(ArchiveError, match=r"notebooks of several labs: .* --lab lab0"):
        collected(tmp_path, {"x_99_99_b.ipynb": notebook(lab="lab02_validation"), "y_1_1_a.ipynb": N})
    with pytest.raises(ArchiveError, match="says which lab"):
        collected(tmp_path, {"x_1_1_b.ipynb": "{}"})


def linked():
    info = zipfile.ZipInfo("eve_1_1_link.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return {info: "/etc/passwd"}


BAD = {
    "out of the folder": ({"../../eve_1_1_lab01_hello.ipynb": N}, "its path leaves the archive"),
    "from the root": ({"/etc/eve_1_1_lab01_hello.ipynb": N}, "its path leaves the archive"),
    "from a drive": ({"C:\\eve_1_1_lab01_hello.ipynb": N}, "its path leaves the archive"),
    "a link": (linked(), "it is a symbolic link"),
    "a bomb": ({"eve_1_1_lab01_hello.ipynb": bytes(70_000_000)}, "it is larger than 64 MB"),
    "no name": ({"lab01_hello.ipynb": N}, "it is called as no platform calls a file"),
    "an endless name": ({"eve_1" * 1000 + "_1_a.ipynb": N}, "it is called as no platform calls a file"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_file_has_a_line_and_the_others_are_collected(tmp_path, bad):
    """A path that leaves the folder, a link, a bomb: a line says what it is, nothing is written, the rest is taken."""
    files, said = BAD[bad]
    course = tmp_path / "course"
    course.mkdir()
    found, there = collected(course, {"ada_2_2_lab01_hello.ipynb": N, **files})
    (line,) = found.unassigned
    assert line.said.startswith(said)
    assert there.keys() == {"ada-2"}
    assert [path.name for path in tmp_path.iterdir()] == ["course"]


def test_a_lying_and_a_damaged_file_are_lines(tmp_path):
    """A file that unpacks to other than the archive says, or whose content is broken, is a line as well."""
    path = archive(tmp_path / "all.zip", {"ada_2_2_lab01_hello.ipynb": N, "eve_1_1_lab01_hello.ipynb": OTHER * 50})
    data = path.read_bytes()
    path.write_bytes(data.replace(len(OTHER * 50).to_bytes(4, "little"), (99).to_bytes(4, "little")))
    found = collect(tmp_path, path, LAB, agreement.load(tmp_path))
    (line,) = found.unassigned
    assert (line.source, line.said[:13]) == ("eve_1_1_lab01_hello.ipynb", "it is damaged")
    assert submitted(tmp_path).keys() == {"ada-2"}


def test_what_is_no_archive_is_refused(tmp_path, monkeypatch):
    """No file, no ZIP, half a ZIP, more files than a class can have: an error that says what to do."""
    whole = archive(tmp_path / "whole.zip", CANVAS).read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.zip").write_text("hello", encoding="utf-8")
    agreed = agreement.load(tmp_path)
    for name, said in [("none", "no such file"), ("half", "Download it again"), ("text", "Download it again")]:
        with pytest.raises(ArchiveError, match=said):
            collect(tmp_path, tmp_path / f"{name}.zip", LAB, agreed)
    monkeypatch.setattr(archives_read, "MOST", 3)
    with pytest.raises(ArchiveError, match="7 files, and more than 3"):
        collect(tmp_path, tmp_path / "whole.zip", LAB, agreed)


def test_ten_thousand_files_are_ten_thousand_lines(tmp_path):
    """An archive with 10,000 files is read, and each of them has its line."""
    files = {f"part{n}.txt": "x" for n in range(9_990)} | {f"s{n}_{n}_{n}_{LAB}.ipynb": N for n in range(1, 11)}
    found, there = collected(tmp_path, files)
    assert (len(found.unassigned), len(there), len(lines(tmp_path))) == (9_990, 10, 10_000)


def test_a_page_of_gradescope_that_is_none_is_refused(tmp_path):
    """Metadata that is no list, or that would run something, ends with an error and runs nothing."""
    for text in ("- 1", "{", "!!python/object/apply:os.system ['touch ran']"):
        with pytest.raises(ArchiveError, match="Export it from Gradescope again"):
            collected(tmp_path, GRADESCOPE | {"assignment_1_export/submission_metadata.yml": text})
    assert not (tmp_path / "ran").exists()


def test_rules_that_cannot_be_are_refused(tmp_path):
    """What class.toml cannot mean is an error that names the file and the word."""
    with pytest.raises(CourseError, match=r"class\.toml: lat: is not a word of it"):
        collected(tmp_path, CANVAS, rules="[lat]\nper_day = 1")
