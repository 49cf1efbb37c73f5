"""Records found in lines that somebody printed: what loggers write in the forms that people give them."""

import io
import json
import logging
import traceback

import pytest

from labkit.labs.lab04_errors.log_records import failures, records

WORD = "7c5d5aa6-d98d"


class AsJson(logging.Formatter):
    """A line of JSON for each record, or several with `indent`."""

    def __init__(self, indent=None):
        super().__init__()
        self.indent = indent

    def format(self, record):
        said = {"level": record.levelname, "message": record.getMessage(), "id": WORD if record.args else None}
        if record.exc_info:
            said["exc_info"] = self.formatException(record.exc_info)
        return json.dumps(said, indent=self.indent)


FORMS = {
    "bare": logging.Formatter(),
    "basic": logging.Formatter("%(levelname)s:%(name)s:%(message)s"),
    "long": logging.Formatter("%(asctime)s [%(process)d] %(levelname)-8s %(name)s - %(message)s"),
    "coloured": logging.Formatter("\x1b[31m[%(levelname)s]\x1b[0m %(message)s"),
    "key=value": logging.Formatter("ts=%(created)f level=%(levelname)s msg=%(message)r"),
    "json": AsJson(),
    "json over lines": AsJson(indent=2),
}


@pytest.fixture(params=FORMS)
def log(request):
    """A logger that writes in one of the forms, and the lines that it has written."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(FORMS[request.param])
    logger = logging.Logger("test", logging.DEBUG)
    logger.addHandler(handler)
    logger.lines = lambda: text.getvalue().splitlines()
    logger.form = request.param
    return logger


def caught():
    """An exception with a traceback."""
    try:
        return {}["missing"]
    except KeyError as problem:
        return problem


def found(lines, other=()):
    return failures((list(other), lines), WORD)


def test_a_record_with_a_traceback_is_one(log):
    """In every form, one record with its traceback is found once, between records of other requests."""
    log.info("before")
    log.error("request %s failed", WORD, exc_info=caught())
    log.error("another one", exc_info=caught())
    hits, traced = found(log.lines())
    assert len(hits) == 1
    assert traced


def test_no_traceback_is_noticed(log):
    """A record without a traceback is found, and that it has none."""
    log.error("request %s failed: %s", WORD, caught())
    hits, traced = found(log.lines())
    assert len(hits) == 1
    assert not traced


def test_logging_twice_is_noticed(log):
    """Two records with a traceback each are two."""
    for _ in range(2):
        log.error("request %s failed", WORD, exc_info=caught())
    assert len(found(log.lines())[0]) == 2


def test_other_words_are_not_found(log):
    """A record of another request is not found, also where its id begins the same."""
    log.error("request 7c5d5aa6-d98d-3f2b failed", exc_info=caught())
    log.error("nobody is named", exc_info=caught())
    assert found(log.lines())[0] == []


@pytest.mark.parametrize("log", [form for form in FORMS if form != "bare"], indirect=True)
def test_a_lower_level_does_not_count(log):
    """Where levels are written, a record at INFO or WARNING reports no failure."""
    log.info("answering %s", WORD)
    log.warning("slow: %s", WORD)
    assert found(log.lines())[0] == []
    log.error("request %s failed", WORD, exc_info=caught())
    assert len(found(log.lines())[0]) == 1


def test_a_traceback_printed_by_itself_counts():
    """`print` and `traceback.print_exc`, on one stream or on two, are a record with its traceback."""
    lines = ["".join(traceback.format_exception(caught())).rstrip()]
    trace = lines[0].splitlines()
    for hits, traced in (found([f"ERROR {WORD}", *trace]), found(trace, other=[f"ERROR {WORD}"])):
        assert len(hits) == 1
        assert traced


def test_the_servers_own_report_is_another():
    """What uvicorn reports about the same exception is a record of its own, and lends nobody its traceback."""
    trace = "".join(traceback.format_exception(caught())).rstrip().splitlines()
    hits, traced = found([f"ERROR lab04: request {WORD} failed", "ERROR:    Exception in ASGI application", *trace])
    assert len(hits) == 1
    assert not traced


def test_an_exception_that_names_a_level_is_no_record():
    """The last line of a traceback belongs to it, whatever words it has."""
    lines = [f"ERROR: {WORD}", "Traceback (most recent call last):", '  File "a.py", line 1, in f', "    f()"]
    (one,) = records([*lines, "ValueError: INFO is no number"], WORD)
    assert one.level == "ERROR"


def test_a_record_that_was_never_written_is_none(capsys, log):
    """Python's report about arguments that do not fit the message names the id, and is no record; the next one is."""
    log.error("a request failed", WORD, exc_info=caught())
    report = capsys.readouterr().err.splitlines()
    assert any(WORD in line for line in report)
    assert found(log.lines(), report) == ([], False)
    log.error("request %s failed", WORD, exc_info=caught())
    assert len(found(log.lines(), report)[0]) == 1
