"""What the checks of lab 04 expect: of an error that nobody foresaw, and of an app that has no model."""

from __future__ import annotations

from typing import Any

from labkit.checks.api import Mismatch, Reply
from labkit.checks.predictions import FLOWER
from labkit.checks.problem_details import wrong
from labkit.checks.running import Running, Start
from labkit.labs.lab04_errors.log_records import LOST, Record, failures
from labkit.sandbox.setup import Setup

NO_RESPONSE = "a handler returns a response: JSONResponse(...), not a dict"


def tells_nothing_of(reply: Reply, *words: str) -> None:
    """Expect a 500 without any of these words, without a traceback and without a file of code."""
    told = reply.expect(500).text.lower()
    if shown := [word for word in (*words, "Traceback", ".py") if word.lower() in told]:
        advice = "the text of an exception is for the log; the client gets a fixed sentence"
        wrong(reply, f"500 without {', '.join(shown)}", f"500 {reply.text}", advice)


def request_id(reply: Reply) -> str:
    """Expect a 500 with a request_id, as a problem document or not, and return the id."""
    document = reply.expect(500).json
    found = document.get("request_id") if isinstance(document, dict) else None
    if not isinstance(found, str | int) or isinstance(found, bool) or not str(found).strip():
        unhandled = reply.headers.get("content-type", "").startswith("text/plain")
        advice = "nobody handles it yet: @app.exception_handler(Exception)" if unhandled else None
        wrong(reply, '500 with "request_id", a text', f"500 {reply.text}", advice)
    return str(found).strip()


def logged_once(running: Running, method: str, path: str, **options: Any) -> Reply:
    """Send a request that fails, and expect exactly one ERROR record that bears its request_id, with a traceback."""
    before = running.printed()
    reply = running.api.request(method, path, **options)
    word = request_id(reply)

    def new() -> tuple[list[str], list[str]]:
        out, err = running.printed(lambda out, err: all(failures((out, err), word)))
        return out[len(before[0]) :], err[len(before[1]) :]

    new()
    running.api.get("/openapi.json")  # what is written after the answer has been written when this comes back
    out, err = new()
    _expect_one(reply, word, *failures((out, err), word), [*out, *err])
    return reply


def _expect_one(reply: Reply, word: str, found: list[Record], traced: bool, printed: list[str]) -> None:
    wanted = f"one ERROR record with {word}"
    if not found:
        said = [line for line in printed if word in line]
        seen = f"only {said[0]!r}" if said else f"none in the {len(printed)} lines that it printed"
        advice = None if said else "logger.error(message, request_id, exc_info=exc), with a %s in the message"
        if LOST in printed:
            seen, advice = f"{LOST!r}, and none", "the message needs a %s for each argument that follows it"
        wrong(reply, wanted, seen, advice)
    if not traced:
        wrong(reply, f"{wanted} and the traceback", f"{found[0].text!r}", "hand it over: exc_info=exc")
    if len(found) > 1:
        heads = " and ".join(repr(record.lines[0][:40]) for record in found[:2])
        wrong(reply, wanted, f"{len(found)} records: {heads}", "let one place log it, not two")


def started_anyway(start: Start, setup: Setup, without: str = "no file") -> Running:
    """Start the app without a model that can be read, and expect that it starts."""
    running = start(setup)
    if running.problem:
        sent = f"start the app with a MODEL_PATH that leads to {without}"
        raise Mismatch(sent, "the app starts", running.problem, "load the model inside try, as the first section does")
    return running


def unavailable(running: Running) -> Reply:
    """Ask for a prediction where there is no model, and expect the 503."""
    reply = running.api.post("/predict", json={"features": FLOWER})
    advice = None
    if reply.raised and reply.raised.startswith("ModelNotLoadedError"):
        advice = "it is raised, but nobody handles it: @app.exception_handler(ModelNotLoadedError)"
    elif "'dict' object is not callable" in str(reply.raised):
        advice = NO_RESPONSE
    elif str(reply.raised).startswith("TypeError: 'NoneType' object"):  # it was used as if it were a dict
        advice = "look whether there is a model before you use it, and raise ModelNotLoadedError"
    elif reply.status == 200 and "model_version" not in reply.text:
        advice = "what is returned is a 200 unless it is told otherwise: JSONResponse(content, 503, ...)"
    return reply.expect(503, advice=advice)
