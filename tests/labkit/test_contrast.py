"""What differs between what was expected and what came is found, and nothing else."""

import pytest

from labkit import contrast
from labkit.pictures.view import aligned


@pytest.mark.parametrize(
    ("wanted", "came", "marks"),
    [
        ('200 {"item_id": 42}', '200 {"item_id":"42"}', (["42"], ['"42"'])),
        ('200 {"message": "Hello World"}', '200 {"message":"Hello world"}', (['"Hello World"'], ['"Hello world"'])),
        ('200 {"a": 1, "b": 2}', '200 {"a":1}', ([', "b": 2'], [])),
        ("201", "200, with the right body", (["201"], ["200"])),
        ("422 naming limit", '200 [{"item_name":"coffee mug"}]', (["422"], ["200"])),
        ("422 naming limit", '422 {"detail":[{"loc":["query","size"],"msg":"no"}]}', ([], [])),
        ("an answer within 5 s", "none in that time", ([], [])),
        ('200 [{"a": 1}, {"a": 2}, {"a"...', '200 [{"a":1},{"a":3},{"a":4},{"b":...', (["2"], ["3"])),
        ("200 [1, 2, 3]", "200 [1,2,3]", ([], [])),
        ('200 {"a": 1, "b": 520}', '200 {"b":520.0}', (['"a": 1,'], [])),
        ("200 [1.5]", "200 [1.50]", (["1.5"], ["1.50"])),
    ],
)
def test_what_is_not_the_same_is_found(wanted, came, marks):
    """Another status is the difference; otherwise the words that are not the same, in lines that are alike."""
    found = contrast.differences(wanted, came)
    told = [[text[slice(*span)] for span in spans] for text, spans in zip((wanted, came), found, strict=True)]
    assert tuple(told) == marks


MESSAGE = "GET /\nexpected  200 <b> and <i>\ngot       200 <c> and <i>\ntry       read"


def test_the_difference_has_carets_in_text_and_marks_in_html():
    """As text there are carets below what came; as HTML both lines have marks, and what they hold is escaped."""
    assert contrast.underlined(MESSAGE).splitlines()[2:4] == ["got       200 <c> and <i>", "               ^"]
    page = aligned(MESSAGE)
    assert "&lt;<mark>b</mark>&gt;" in page
    assert "&lt;<mark>c</mark>&gt;" in page


def test_what_is_lacking_has_its_carets_where_it_was_expected():
    """Where nothing that came is too much, the carets stand below what was expected."""
    said = contrast.underlined("GET /\nexpected  200 [1, 2, 3]\ngot       200 [1,2]")
    assert said.splitlines()[1:3] == ["expected  200 [1, 2, 3]", "                   ^^^"]


def test_a_message_without_a_pair_is_left_alone():
    """A line that nobody has expected, and one that refers to another message, have no marks."""
    for message in ("SyntaxError: expected ':'", "got       what “one” got", "expected  1\ntry       2"):
        assert contrast.underlined(message) == message
