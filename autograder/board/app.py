"""The board as an application: what notebooks send comes in, what the pages show goes out."""

from __future__ import annotations

import asyncio
import hmac
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from autograder.board import pages
from autograder.board.guesses import Guesses
from autograder.board.room import Full, Hasty, Room, Seat, Unknown
from autograder.board.store import Identity, Journal, Store
from autograder.board.summary import View, busiest
from labkit.classroom import wire

TICK = 1.0
"""How many seconds lie between two looks at the class."""
VIEWERS = 30
"""How many pages may be open at the same time."""
BODY = 32 * 1024
"""The longest body in bytes; fifty reports have less."""
DESK, PROJECTOR = "desk", "projector"
_ROOT = "The board of a class. Join it in a notebook, with lab.join(ADDRESS, CODE) as the instructor shows it.\n"


class Board:
    """A class with its journal, and what is shown of it."""

    def __init__(self, room: Room, identity: Identity, journal: Journal, address: str) -> None:
        """Show it.

        Args:
            room: the class.
            identity: its name, code and keys.
            journal: writes it down.
            address: where students reach the board.
        """
        self.room, self.identity, self.journal, self.address = room, identity, journal, address
        self.guesses = Guesses()
        self.viewers = 0
        self._drawn: dict[tuple[str, str | None], tuple[float, str]] = {}

    def key(self, view: str) -> str:
        """The key of a view."""
        return self.identity.desk if view == DESK else self.identity.projector

    def shown(self, view: str, lab: str | None) -> str:
        """Return what a page shows now, as JSON; all pages that are open share it."""
        drawn = self._drawn.get((view, lab))
        if drawn is None or time.monotonic() - drawn[0] > 0.9 * TICK:
            now = time.time()
            chosen = self.room.words.labs[lab] if lab else busiest(self.room, now)
            seen = View(self.room, chosen, now)
            text = json.dumps(seen.desk() if view == DESK else seen.projector(), ensure_ascii=False)
            drawn = self._drawn[view, lab] = (time.monotonic(), text)
        return drawn[1]


def create(store: Store, room: Room, address: str, over: Callable[[], bool] = lambda: False) -> FastAPI:
    """Return the application.

    Args:
        store: keeps the class.
        room: the class as it is.
        address: where students reach the board.
        over: whether the server is about to end, so that pages are not kept waiting.
    """
    app = FastAPI(openapi_url=None, max_body_size=BODY)
    app.state.board = Board(room, store.identity, Journal(store, room), address)
    app.state.over = over
    app.include_router(_students)
    app.include_router(_viewers)

    @app.exception_handler(sqlite3.Error)
    async def unwritten(request: Request, problem: sqlite3.Error) -> Response:
        """What could not be written is asked for once more: a notebook keeps it until then."""
        return JSONResponse({"detail": "the board cannot write at the moment"}, 503)

    return app


def _board(request: Request) -> Board:
    board: Board = request.app.state.board
    return board


TheBoard = Annotated[Board, Depends(_board)]


def _sitting(board: TheBoard, authorization: Annotated[str, Header(max_length=200)] = "") -> Seat:
    """The seat whose secret comes with a request: nobody can speak for another one."""
    seat = board.room.of(authorization.removeprefix("Bearer "))
    if seat is None:
        raise HTTPException(401, "the board does not know this seat")
    return seat


def _viewed(
    board: TheBoard, key: Annotated[str, Path(max_length=100)], view: Annotated[str, Path(pattern="^(desk|projector)$")]
) -> str:
    """The view that a key opens."""
    if not hmac.compare_digest(key.encode(), board.key(view).encode()):
        raise HTTPException(404)
    return view


Sitting = Annotated[Seat, Depends(_sitting)]
Viewed = Annotated[str, Depends(_viewed)]
_students = APIRouter()
_viewers = APIRouter()


@_students.get("/", response_class=PlainTextResponse)
async def root() -> str:
    """Say what this is to somebody who opens the students' address in a browser."""
    return _ROOT


@_students.post("/seats", status_code=201)
async def join(request: Request, wish: wire.Join, board: TheBoard) -> wire.Seat:
    """Give a seat to somebody who knows the code."""
    address, now = request.client.host if request.client else "", time.monotonic()
    if seconds := board.guesses.wait(address, now):
        raise HTTPException(429, "too many wrong codes", {"Retry-After": str(seconds)})
    if not hmac.compare_digest(_plain(wish.code), _plain(board.identity.code)):
        board.guesses.wrong(address, now)
        raise HTTPException(403, "the board has no class of this code")
    try:
        seat, secret = board.room.join(wish.name)
    except Full:
        raise HTTPException(409, "every seat of the class is taken") from None
    await board.journal.kept()
    return wire.Seat(seat=seat.number, secret=secret)


@_students.post("/reports", status_code=204)
async def report(batch: wire.Batch, seat: Sitting, board: TheBoard) -> None:
    """Take in what a seat reports, and answer when it is written down."""
    try:
        board.room.take(seat, batch, time.time())
    except Hasty:
        raise HTTPException(429, "too many reports", {"Retry-After": "5"}) from None
    except Unknown:
        raise HTTPException(422, "the board's course has no such exercise") from None
    await board.journal.kept()


@_students.delete("/seats/mine", status_code=204)
async def leave(seat: Sitting, board: TheBoard) -> None:
    """Forget a seat."""
    board.room.remove(seat)
    await board.journal.kept()


@_viewers.get("/board.css")
async def style() -> Response:
    """The style of both pages."""
    return Response(pages.style(), media_type="text/css", headers=pages.HEADERS)


@_viewers.get("/board.js")
async def script() -> Response:
    """The script of both pages."""
    return Response(pages.script(), media_type="text/javascript", headers=pages.HEADERS)


@_viewers.get("/{view}/{key}/")
async def page(view: Viewed, board: TheBoard) -> HTMLResponse:
    """The instructor's page, or the one for everybody."""
    return HTMLResponse(pages.page(view, board.identity, board.address), headers=pages.HEADERS)


@_viewers.get("/{view}/{key}/events", response_class=EventSourceResponse)
async def events(
    request: Request, view: Viewed, board: TheBoard, lab: Annotated[str | None, Query(max_length=40)] = None
) -> AsyncIterator[ServerSentEvent]:
    """Send the class as it is, and again whenever it has changed."""
    if lab is not None and lab not in board.room.words.labs:
        lab = None
    if board.viewers >= VIEWERS:
        yield ServerSentEvent(event="full", data="too many pages are open")
        return
    board.viewers += 1
    try:
        last = ""
        while not request.app.state.over():
            if (text := board.shown(view, lab)) != last:
                last = text
                yield ServerSentEvent(raw_data=text)
            await asyncio.sleep(TICK)
    finally:
        board.viewers -= 1


@_viewers.post("/{view}/{key}/clock/{lab}", status_code=204)
async def start_clock(view: Viewed, lab: str, board: TheBoard) -> None:
    """Begin to count the minutes of a lab now."""
    if view != DESK or lab not in board.room.words.labs:
        raise HTTPException(404)
    board.room.start(lab, time.time())
    await board.journal.kept()


@_viewers.delete("/{view}/{key}/seats/{number}", status_code=204)
async def remove(view: Viewed, number: int, board: TheBoard) -> None:
    """Take a seat away, as one whose name is no name."""
    seat = board.room.seats.get(number)
    if view != DESK or seat is None:
        raise HTTPException(404)
    board.room.remove(seat)
    await board.journal.kept()


def _plain(code: str) -> bytes:
    return "".join(char for char in code.upper() if char.isalnum()).encode()
