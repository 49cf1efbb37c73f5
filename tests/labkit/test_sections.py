"""A module is made of sections, and taken apart into them again."""

import pytest

from labkit import sections
from labkit.sections import Section

ORDER = ["setup", "one", "two", "three"]


def names(found):
    return [section.name for section in found]


def test_a_module_is_taken_apart_into_the_sections_it_was_made_of():
    """What render writes, parse reads back: names, sources and wishes for another place."""
    made = [
        Section("setup", "x = 1\n"),
        Section("two", "def f():\n\n    return 'ä'\n", before="one"),
        Section("one", "y\n"),
    ]
    assert sections.parse(sections.render(made, "Title")) == made


@pytest.mark.parametrize(
    "text",
    [
        "# %% one\r\nx = 1\r\n# %% two\r\ny = 2\r\n",
        "\ufeff# %% one\nx = 1\n# %% two\ny = 2\n",
        "# %% one\rx = 1\r# %% two\ry = 2",
        "# %% one   \n\n\nx = 1   \n\n# %% two\t\ny = 2",
    ],
    ids=["Windows", "BOM", "old Mac and no last line end", "blanks"],
)
def test_line_ends_and_blanks_make_no_difference(text):
    """Windows line ends, a BOM, blanks at the ends of lines and a missing last line end change no section."""
    assert sections.parse(text) == [Section("one", "x = 1\n"), Section("two", "y = 2\n")]


def test_a_module_without_marks_has_no_sections():
    """A module without marks, and one with something like marks, has no sections."""
    assert sections.parse("#%% one\n # %% two\n# %% Three\nx = '# %% four'\n") == []


def test_sections_stand_in_the_notebooks_order():
    """Sections stand in the order of the notebook, whatever the order they were written in; unknown ones go last."""
    written = [Section("other", ""), Section("two", ""), Section("setup", ""), Section("one", "")]
    assert names(sections.arrange(written, ORDER)) == ["setup", "one", "two", "other"]


def test_a_section_may_ask_to_stand_before_another():
    """A section that names another stands right before it."""
    written = [Section("one", ""), Section("setup", ""), Section("two", ""), Section("three", "", before="one")]
    assert names(sections.arrange(written, ORDER)) == ["setup", "three", "one", "two"]


@pytest.mark.parametrize("before", ["absent", "two"])
def test_a_wish_that_cannot_be_met_leaves_a_section_in_its_place(before):
    """A section that asks to stand before one that is not there, or before itself, keeps its place."""
    written = [Section("one", ""), Section("two", "", before=before), Section("three", "")]
    assert names(sections.arrange(written, ORDER)) == ["one", "two", "three"]


def test_two_sections_that_each_want_to_be_first_are_both_kept():
    """Wishes that contradict each other lose no section."""
    written = [Section("one", "", before="two"), Section("two", "", before="one")]
    assert sorted(names(sections.arrange(written, ORDER))) == ["one", "two"]


def test_a_line_of_the_module_is_found_in_its_cell():
    """A line of the module is known by its section and the line of the cell, whose first line is the magic."""
    text = '"""T."""\n\n# %% one\na\nb\n\n# %% two\nc\n'
    assert sections.section_at(text, 5) == ("one", 3)
    assert sections.section_at(text, 8) == ("two", 2)
    assert sections.section_at(text, 1) is None


def test_leaving_a_section_out_moves_no_line():
    """A section that is left out leaves blank lines, so that all others keep their line numbers."""
    text = "# %% one\na\nb\n# %% two\nc\n"
    assert sections.without(text, ["one"]) == "# %% one\n\n\n# %% two\nc\n"


def test_a_fingerprint_sees_code_and_nothing_else():
    """Comments, blank lines and blanks at the ends of lines change no fingerprint; code and indentation do."""
    same = ["x = 1\ny = 2", "x = 1   \n\n# note\ny = 2\n", "\r\nx = 1\r\n  # more\r\ny = 2\r\n"]
    other = ["x = 1\n y = 2", "x = 1\ny = 3", "y = 2\nx = 1"]
    assert len({sections.fingerprint(text) for text in same}) == 1
    assert not {sections.fingerprint(text) for text in same} & {sections.fingerprint(text) for text in other}
