"""What others have said is made safe to show."""

import pytest

from labkit.text import one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        (" \n ", ""),
        ("as it is", "as it is"),
        ("a\nb\r\nc\x85d\u2028e\t f\xa0g", "a b c d e f g"),
        ("{\n" + " " * 500 + '"a": 1\n}', '{ "a": 1 }'),
        ("\x1b[31m\x00", r"\x1b[31m\x00"),
        ("\u202e\u200b", r"\u202e\u200b"),
        ("\udcff", r"\udcff"),
        ("It's \\n", "It's \\n"),
        ("x" * 20, "x" * 20),
        ("x" * 21, "x" * 17 + "..."),
        ("ab " * 8, "ab ab ab ab ab ab..."),
        ("\0" * 9, "\\x00" * 4 + "\\" + "..."),
    ],
)
def test_a_text_becomes_one_printable_line(text, line):
    """Space is one blank, what cannot be printed an escape, and three dots stand where something is missing."""
    assert one_line(text, 20) == line


@pytest.mark.parametrize("text", ["x" * 10**7, "x " * 10**7, " " * 10**7 + "x", "\0" * 10**7], ids=range(4))
def test_a_huge_text_becomes_a_line_as_well(text):
    """However much was said, the line is no longer than it may be."""
    assert len(one_line(text, 300)) <= 300
    assert one_line(text, 300).isprintable()
