"""What checks ask of an error that nobody expected: the answer, and the record in the log that goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from labkit.checking import Reply
from labkit.problems import wrong
from labkit.records import Record, failures
from labkit.starting import Running


def after_failure(reply: Reply) -> Failure:
    """Expect a 500 with a request_id, as a problem document or not, and return what is to be asked of it."""
    reply.expect(500)
    document = reply.json
    found = document.get("request_id") if isinstance(document, dict) else None
    if not isinstance(found, str | int) or isinstance(found, bool) or not str(found).strip():
        wrong(reply, '500 with "request_id", a text', f"500 {reply.text}", "problem(..., request_id=...)")
    return Failure(reply, str(found).strip())


@dataclass(frozen=True)
class Failure:
    """An answer to an exception that nobody expected.

    Attributes:
        request_id: by which its record in the log is found.
    """

    reply: Reply
    request_id: str

    def fail(self, expected: str, advice: str | None = None) -> NoReturn:
        """Say that the answer is not what was expected."""
        wrong(self.reply, expected, f"500 {self.reply.text}", advice)

    def tells_nothing_of(self, *words: str) -> None:
        """Expect that the answer has none of these words, no traceback and no file of code."""
        told = self.reply.text.lower()
        if shown := [word for word in (*words, "Traceback", ".py") if word.lower() in told]:
            advice = "the text of an exception is for the log; the client gets a fixed sentence"
            self.fail(f"500 without {', '.join(shown)}", advice)

    def logged_once(self, running: Running) -> None:
        """Expect exactly one record of level ERROR that bears the request_id, with a traceback."""
        found, traced, printed = self._found(running)
        wanted = f"one ERROR record with {self.request_id}"
        if not found:
            said = [line for line in printed if self.request_id in line]
            seen = f"only {said[0]!r}" if said else f"none in the {len(printed)} lines that it printed"
            advice = None if said else "logger.error(message, request_id, exc_info=exc), with a %s in the message"
            wrong(self.reply, wanted, seen, advice)
        if not traced:
            wrong(self.reply, f"{wanted} and the traceback", f"{found[0].text!r}", "hand it over: exc_info=exc")
        if len(found) > 1:
            heads = " and ".join(repr(record.lines[0][:40]) for record in found[:2])
            wrong(self.reply, wanted, f"{len(found)} records: {heads}", "let one place log it, not two")

    def _found(self, running: Running) -> tuple[list[Record], bool, list[str]]:
        """Return the records that bear the request_id, whether they have a traceback, and all lines."""

        def complete(out: list[str], err: list[str]) -> bool:
            return all(failures((out, err), self.request_id))

        running.printed(complete)
        running.api.get("/openapi.json")  # what is written after the answer has been written when this comes back
        out, err = running.printed()
        return *failures((out, err), self.request_id), [*out, *err]
