"""A picture that is watched while it changes: in a notebook in one place, elsewhere as text at the end."""

import re
import threading

import nbformat
import pytest
from support import kernels
from support.live import until

from labkit.pictures import Gantt, LivePicture, live


def test_without_a_notebook_the_text_is_printed_once(board, capsys):
    """In a terminal nothing can be redrawn: the text form appears when the block ends, also after an error."""

    def interrupted():
        with board.live():
            board["three"].turn("odd", "raised")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert capsys.readouterr().out == f"{board}\n"
    assert "! three  raised" in str(board)


class Recorder(live.Screen):
    """A screen that keeps what it is shown."""

    def __init__(self, cell=1):
        self.cell, self.shown = cell, []

    def put(self, forms):
        self.shown.append(forms["text/plain"])


def test_a_live_picture_is_drawn_when_it_has_changed(board, monkeypatch):
    """It is drawn at the beginning, after each change, and at the end; not while nothing changes."""
    screen = Recorder()
    monkeypatch.setattr(live.Screen, "there_is", classmethod(lambda cls: screen))
    with board.live(every=0.01):
        assert len(screen.shown) == 1
        board["three"].turn("good", "killed by test_b")
        until(lambda: len(screen.shown) == 2)
        threading.Event().wait(0.1)
        assert len(screen.shown) == 2
    assert screen.shown[1:] == [str(board)] * 2
    assert [thread for thread in threading.enumerate() if thread.name == "labkit-picture"] == []


def test_a_cell_that_ends_with_a_live_picture_shows_it_once(board, monkeypatch):
    """IPython is told to show nothing in the cell that has shown it live, and to show it in any other."""
    screen = Recorder()
    monkeypatch.setattr(live.Screen, "there_is", classmethod(lambda cls: screen))
    with pytest.raises(NotImplementedError):
        board._ipython_display_()
    with board.live():
        pass
    board._ipython_display_()
    screen.cell = 2
    with pytest.raises(NotImplementedError):
        board._ipython_display_()


LIVE = """\
from labkit.pictures import CardBoard
board = CardBoard("Board")
board.add("card")
with board.live():
    board["card"].turn("good", "turned")
board
"""


@pytest.mark.kernel
def test_what_a_live_picture_came_to_stays_in_the_notebook(tmp_path):
    """Executed without a browser, a cell has one output, the last state, in both forms; asked again, it is shown."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (LIVE, "board")])
    kernels.execute(book, tmp_path)
    (output,), (again,) = (cell.outputs for cell in book.cells)
    assert output.data["text/plain"] == again.data["text/plain"] == "Board: 1 of 1\n  ✓ card  turned"
    assert 'data-tone="good"' in output.data["text/html"]


def test_the_example_of_the_package_runs(capsys):
    """What the package's docstring shows is a program that runs."""
    import labkit.pictures

    source = "\n".join(re.findall(r"^    (.*)$", labkit.pictures.__doc__ or "", re.MULTILINE))
    exec(compile(source, "example", "exec"), {})  # noqa: S102 (it is our own)
    assert "✗ Ariane  on the ground" in capsys.readouterr().out
    assert issubclass(Gantt, LivePicture)
