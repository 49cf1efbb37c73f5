"""What the prose promises its reader: words are explained where they are met, and boxes about slides are folded."""

import re

import pytest
from support.classroom import ROOT

from labkit import course

GLOSSARY = {
    "lab01_hello": (
        "client, server, address, port, request, method, path, response, status code, header, body, module, section, "
        "route, decorator, endpoint, JSON, contract, path parameter, annotation, URL, query parameter, Annotated, "
        "OpenAPI, operation, docstring, log"
    ),
    "lab02_validation": "model, validator, example",
    "lab03_serving": ("feature, accuracy, lifespan, deprecated, coroutine, confidence, batch, event loop, thread"),
    "lab08_concurrency": "upstream, deadline, GIL, pickled, semaphore, background task",
    "lab10_design": "commit, primary key, idempotent, lost update, idempotency key, preflight, tag",
    "lab12_traffic": "bucket, cache, stampede, drift",
    "lab13_scale": "future, micro-batching, circuit breaker, replica, load balancer",
    "lab14_capstone": "audit, mission control, readiness review",
}
"""The words, by the lab in which they are met first."""

_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`|\[\[.*?\]\]", re.MULTILINE | re.DOTALL)


def paragraphs(lab):
    """What a lab says, from its first section on: before that it names what it is about."""
    _, _, text = (ROOT / "course" / f"{lab}.md").read_text(encoding="utf-8").partition("\n+++\n")
    return re.split(r"\n\s*\n", _CODE.sub("", text))


@pytest.mark.parametrize(
    ("lab", "word"), [(lab, word) for lab, words in GLOSSARY.items() for word in words.split(", ")]
)
def test_a_word_is_explained_where_it_is_used_first(lab, word):
    """The first paragraph of the course that has a word has it in bold."""
    labs = [known.id for known in course.load().labs]
    before = [text for known in labs[: labs.index(lab) + 1] for text in paragraphs(known)]
    first = next(text for text in before if re.search(rf"\b{word}(e?s)?\b", text, re.IGNORECASE))
    assert re.search(rf"\*\*[^*]*\b{word}(e?s)?\b[^*]*\*\*", first, re.IGNORECASE), first


@pytest.mark.parametrize("lab", [lab.id for lab in course.load().labs])
def test_what_a_slide_said_is_one_line_with_the_rest_folded(lab):
    """A box about a slide says in one line what stood there and what is written today; who wants more unfolds it."""
    text = (ROOT / "course" / f"{lab}.md").read_text(encoding="utf-8")
    boxes = re.findall(r"(?:^>.*\n)+", text, re.MULTILINE)
    told = r"> <details><summary><b>On the slide:</b> .+ <b>Today:</b> .+</summary>\n>\n(> .+\n|>\n)+> </details>\n"
    assert [box for box in boxes if not re.fullmatch(told, box)] == []
    assert "**On the slide" not in text
