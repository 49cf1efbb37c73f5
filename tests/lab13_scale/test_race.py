"""The race: who cannot take part says why."""

import pytest

from labkit.companions import bound
from labkit.labs.lab13_scale import race
from labkit.labs.lab13_scale.replica_set import NotServed

pytestmark = pytest.mark.program


def test_who_does_not_start_is_told_with_the_reason(tmp_path):
    """Of a Flask app that raises when it is imported, the exception is what is said."""
    module = tmp_path / "lab13_scale.py"
    (tmp_path / "lab13_scale").mkdir()
    (tmp_path / "lab13_scale" / "flask_app.py").write_text("raise ValueError('no such model')\n")
    words = race.contestants(module)[race.FIRST]
    with pytest.raises(NotServed, match="it does not start: ValueError: no such model"), race._served(words, module):
        pass


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("labkit.module.loading.NotServable: it is not written yet", "it is not written yet"),
        ("KeyError: 'model'\nERROR:    Application startup failed. Exiting.", "KeyError: 'model'"),
        ("bind failed", "bind failed"),
        ("", "it said nothing"),
    ],
)
def test_the_last_words_are_those_of_the_exception(said, last):
    """Whatever is logged after an exception, the exception is told."""
    assert bound.last_words(said) == last
