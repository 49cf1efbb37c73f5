"""A file is replaced whole, or not at all."""

import pytest

from labkit import atomic


def test_a_text_is_written_as_it_is(tmp_path):
    """Line ends stay, a character that no file takes is a question mark, and nothing is left beside the file."""
    atomic.write(tmp_path / "grades.csv", "a\r\nb\n\ud800é")
    assert (tmp_path / "grades.csv").read_bytes() == "a\r\nb\n?é".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["grades.csv"]


def half_written(path):
    with atomic.replacing(path) as draft:
        draft.write_text("ne")
        assert path.read_text() == "old"
        raise OSError("full")


def test_what_is_not_written_to_its_end_changes_nothing(tmp_path):
    """While the draft is written the old file stands, and it stays where the writing fails."""
    path = tmp_path / "report.html"
    atomic.write(path, "old")
    with pytest.raises(OSError, match="full"):
        half_written(path)
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["report.html"]
