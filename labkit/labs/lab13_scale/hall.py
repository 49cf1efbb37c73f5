"""The hall: requests of several sessions, a real nginx that chooses, three replicas, and the calls of their models.

hall = lab.hall()
hall.choose("ip_hash")
hall.send(36)
hall.kill("B")
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import ascii_lowercase

import httpx

from labkit.companions.nginx import NAMES
from labkit.labs.lab13_scale.replica_set import LETTERS, NotServed, ReplicaSet
from labkit.pictures.live import LivePicture, Tone, drawn

STYLE = Path(__file__).with_name("hall.css").read_text(encoding="utf-8")
WAYS = {
    "round robin": "",
    "least_conn": "least_conn;",
    "ip_hash": "ip_hash;",
    "cookie": "hash $cookie_session consistent;",
}
"""How nginx may choose, and the line that says so."""
YOURS = ("your api", "your sticky")
SESSIONS, AT_ONCE = 6, 12
LEGEND = "a ball is a request, its colour and letter are its session; a bar is a call of the model, as wide as its rows"
FLOWER = {"features": [5.1, 3.5, 1.4, 0.2]}
WIDTH = 9
"""How wide one row of a call is drawn, in pixels."""


@dataclass
class Ball:
    """A request: the number of its session, and who has answered; where nobody did, what came in place of that."""

    session: int
    replica: str = ""
    lost: str = ""


@dataclass(repr=False)
class Hall(LivePicture):
    """What has come, and where it went.

    Attributes:
        replicas: the processes.
        yours: returns the student's template.
        way: how nginx chooses.
        balls: the last requests.
        calls: how many rows each call of a replica's model had meanwhile.
        problem: what nginx has said of a template that it does not take.
    """

    replicas: ReplicaSet
    yours: Callable[[], str]
    way: str = "round robin"
    balls: list[Ball] = field(default_factory=list)
    calls: dict[str, list[int]] = field(default_factory=dict)
    problem: str = ""

    def choose(self, way: str) -> Hall:
        """Let nginx choose in another way, by its name in WAYS, or by what you have written."""
        servers = "".join(f" server ${{{name}}};" for name in NAMES[1:])
        template = self.yours() if way in YOURS else f"upstream hall {{ {WAYS[way]}{servers} }}\n"
        try:
            self.replicas.balance(template, way.removeprefix("your ") if way in YOURS else "hall")
            self.way, self.problem = way, ""
        except NotServed as problem:
            self.problem = str(problem)
        self.balls, self.calls = [], {}
        return self

    def send(self, count: int = 36) -> Hall:
        """Send so many requests, several at the same time, of six sessions in turn."""
        before = {letter: len(self.replicas.calls(letter)) for letter in LETTERS}
        self.balls = [Ball(number % SESSIONS) for number in range(count)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._send, self.balls))
        self.calls = {letter: self.replicas.calls(letter)[before[letter] :] for letter in LETTERS}
        return self

    def kill(self, letter: str) -> Hall:
        """Kill a replica, or start one again that is dead."""
        if self.replicas.living(letter):
            self.replicas.kill(letter)
        else:
            self.replicas.revive(letter)
        return self

    def stop(self) -> None:
        """End nginx and all replicas."""
        self.replicas.stop()

    def _send(self, ball: Ball) -> None:
        cookie = {"Cookie": f"session=student-{ascii_lowercase[ball.session]}"}
        try:
            reply = self.replicas.client.post("/predict", json=FLOWER, headers=cookie, timeout=20.0)
        except httpx.HTTPError:
            ball.lost = "no answer"
            return
        port = reply.headers.get("X-Replica", "").rpartition(":")[2]
        by_port = {str(number): letter for letter, number in self.replicas.ports.items()}
        ball.replica = by_port.get(port, "") if reply.status_code == 200 else ""
        ball.lost = "" if ball.replica else str(reply.status_code)

    @property
    def shares(self) -> Counter[str]:
        """How many requests each replica has answered."""
        return Counter(ball.replica for ball in self.balls if ball.replica)

    @property
    def moving(self) -> int:
        """How many sessions came to more than one replica."""
        places = {(ball.session, ball.replica) for ball in self.balls if ball.replica}
        return sum(count > 1 for count in Counter(session for session, _ in places).values())

    def html(self) -> str:
        """Return the hall, and what is said of it in words."""
        comes = f'<div class="comes"><small>{len(self.balls)} requests</small>{self._balls("")}</div>'
        door = f'<div class="door"><b>nginx</b><br><small>{escape(self.way)}</small></div>'
        rooms = "".join(map(self._room, LETTERS))
        problem = f'<div class="message">{escape(self.problem)}</div>' if self.problem else ""
        legend = f'<div class="muted">{LEGEND}</div>'
        return drawn(
            "The hall",
            self._total(),
            [f"<style>{STYLE}</style>", problem, f'<div class="hall">{comes}{door}{rooms}</div>', legend],
        )

    def __str__(self) -> str:
        lines = [f"The hall, {self.way}: {self._total()}", *([f"  {self.problem}"] if self.problem else [])]
        for letter in LETTERS:
            sizes = self.calls.get(letter, [])
            rows = f", {len(sizes)} calls of the model with {', '.join(map(str, sizes[:20]))} rows" if sizes else ""
            state = "" if self.replicas.living(letter) else ", dead"
            lines.append(f"  {letter}: {self.shares[letter]} requests{rows}{state}")
        return "\n".join(lines)

    def _total(self) -> str:
        came = Counter(ball.lost for ball in self.balls if not ball.replica)
        why = f" ({', '.join(f'{count} × {what}' for what, count in came.items())})" if came else ""
        lost = f"{came.total()} lost{why}"
        return f"{len(self.balls)} requests, {lost}, {self.moving} of {SESSIONS} sessions at several replicas"

    def _room(self, letter: str) -> str:
        living = self.replicas.living(letter)
        tone = Tone.GOOD if living else Tone.BAD
        sizes = self.calls.get(letter, [])
        bars = "".join(f'<i style="width: {WIDTH * size}px" title="{size} rows"></i>' for size in sizes)
        said = f"{self.shares[letter]} requests, {len(sizes)} calls" if living else "dead"
        return (
            f'<div class="room {tone}" data-replica="{letter}" data-requests="{self.shares[letter]}">'
            f'<b>{tone.sign} {letter}</b> <small style="display: inline">{said}</small>'
            f'{self._balls(letter)}<div class="calls">{bars}</div></div>'
        )

    def _balls(self, replica: str) -> str:
        here = [ball for ball in self.balls if not replica or ball.replica == replica]
        fields = "".join(f'<i class="s{ball.session}">{ascii_lowercase[ball.session]}</i>' for ball in here)
        return f'<div class="balls">{fields}</div>'
