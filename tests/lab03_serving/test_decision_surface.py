"""The decision surface: every colour is an answer of the live server, and the loads of its model are counted."""

import joblib
import pytest

import labkit
from autograder.authoring import stubs
from labkit import sections
from labkit.environment import ROOT
from labkit.pictures.plane import COLUMNS, ROWS, Answer, Axis, Plane
from labkit.setup import training

REFERENCE = (ROOT / "solutions" / "lab03_serving.py").read_text(encoding="utf-8")
SOLVED = {section.name: section.source for section in sections.parse(stubs.unmarked(REFERENCE))}
GIVEN = {section.name: stubs.strip(section.source) for section in sections.parse(REFERENCE)}


@pytest.fixture
def drawn(workbook):
    """Draws the surface of lab03 with these sections solved, the others as they are given."""
    training.iris()
    lab = labkit.open("lab03_serving")

    def draw(*solved):
        for name, source in GIVEN.items():
            lab.write(name, SOLVED[name] if name in solved else source)
        return lab.surface()

    yield draw
    lab.server.stop()


def test_each_place_has_the_answer_of_the_model(drawn):
    """The plane shows what the model says of each place, and the flower what it says of the flower."""
    surface = drawn(*SOLVED)
    model = joblib.load(training.iris())["model"]
    rows = [[*surface.flower[:2], across, up] for across, up in surface.plane.places()]
    assert [answer.number for answer in surface.plane.cells] == model.predict(rows).tolist()
    assert surface.plane.answer.number == model.predict([surface.flower])[0]
    assert surface.plane.problem == ""


def test_the_model_is_loaded_once_however_often_the_flower_moves(drawn):
    """Each move is a request, and the count of loads stays at 1; what the notebook loads itself does not count."""
    surface = drawn(*SOLVED)
    before = surface.requests
    for step in range(10):
        surface.move(petal_length=2.0 + step / 10)
    joblib.load(training.iris())
    assert surface.requests == before + 10
    assert surface.loads == 1
    assert "1 load of the model" in str(surface)


def test_each_load_by_a_request_is_counted(drawn):
    """Without a lifespan each request reads the file, and the badge says so."""
    surface = drawn("predict", "confidence", "batch")
    assert surface.loads == surface.requests == 2
    surface.move(petal_width=1.0)
    assert surface.loads == 3


def test_another_measurement_moves_the_whole_plane(drawn):
    """Moving along the plane asks for the flower alone, moving one of the other measurements for the plane as well."""
    surface = drawn(*SOLVED)
    before = list(surface.plane.cells)
    surface.move(petal_length=5.0)
    assert surface.plane.cells == before
    asked = surface.requests
    surface.move(sepal_width=2.0)
    assert surface.plane.cells != before
    assert surface.requests == asked + 2


def test_what_is_not_written_yet_is_said(drawn):
    """Without a batch there is no plane, without a prediction no answer; the picture says what came back instead."""
    surface = drawn("lifespan")
    assert surface.plane.cells == []
    assert surface.plane.answer is None
    assert "POST /predict/batch: 404" in str(surface)
    assert "POST /predict: 500" in surface.html()


def test_it_is_shown_with_sliders_and_without(drawn):
    """It has a form with widgets, one in HTML and one in plain text."""
    forms = drawn(*SOLVED)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in forms
    assert forms["text/html"].count("<svg") == 1
    assert "@ the flower: across petal length in cm" in forms["text/plain"]


def test_colours_have_names_and_digits():
    """Each class that reigns somewhere has its name in the drawing and its digit in the text."""
    plane = Plane(Axis("a", 0, 1, 0.5), Axis("b", 0, 1, 0.5))
    plane.cells = [Answer(0, "left", 1.0) if across < 0.5 else Answer(1, "right") for across, _ in plane.places()]
    assert len(plane.cells) == COLUMNS * ROWS < 1000
    assert ">left</text>" in plane.html()
    assert ">right</text>" in plane.html()
    assert f"  {'0' * (COLUMNS // 2)}{'1' * (COLUMNS // 2)}\n" in str(plane)
    assert "0 left  1 right" in str(plane)
