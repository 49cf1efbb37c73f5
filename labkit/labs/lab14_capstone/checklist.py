"""The lecture's production checklist, point by point, asked of a student's own service: what was sent, what it said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

FLOWER = [5.1, 3.5, 1.4, 0.2]
ADMINISTERS, PREDICTS = "key-of-ana", "key-of-ben"
ORIGIN, STRANGER = "http://localhost:3000", "http://elsewhere.example"
OFTEN, AT_ONCE = 60, 12
"""How often a prediction is asked for until somebody is told that it is too often, and how many at the same time."""
WIDTH = 300
CORS = "access-control-allow-origin"


@dataclass(frozen=True)
class Evidence:
    """What a service has said to a point.

    Attributes:
        sent: what it was asked.
        got: what came.
        good: whether that is what the point is about.
    """

    sent: str
    got: str
    good: bool


class Service:
    """A service that is asked."""

    def __init__(self, client: httpx.Client, log: Callable[[], str]) -> None:
        """Ask with this client; `log` returns what the service has printed."""
        self.client, self.log = client, log

    def predict(
        self, features: Sequence[float] = FLOWER, key: str = ADMINISTERS, version: int = 2, **headers: str
    ) -> httpx.Response:
        """Ask for a prediction."""
        sent = {"X-API-Key": key, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client.post(f"/v{version}/predict", json={"features": list(features)}, headers=sent)


def logging(service: Service) -> Evidence:
    """A request stands in the log as one line of JSON, with its id."""
    service.predict(X_Request_ID="readiness-review")
    lines = [line for line in service.log().splitlines() if "readiness-review" in line]
    return Evidence("POST /v2/predict with X-Request-ID: readiness-review", _cut(lines[-1:]), _is_json(lines[-1:]))


def errors(service: Service) -> Evidence:
    """What nobody has a route for is told in the service's one voice."""
    reply = service.client.get("/missing", headers={"Origin": ORIGIN})
    voice = reply.headers.get("content-type", "").startswith("application/problem+json")
    return Evidence(f"GET /missing from {ORIGIN}", _said(reply, "content-type", CORS), voice and CORS in reply.headers)


def validation(service: Service) -> Evidence:
    """Two numbers are no flower."""
    reply = service.predict([5.1, 3.5])
    return Evidence("POST /v2/predict with two numbers", _said(reply), reply.status_code == 422)


def security(service: Service) -> Evidence:
    """Who it is, whether they may, and whether they ask too often."""
    nobody = service.predict(key="nobody's").status_code
    forbidden = service.client.get("/admin/model", headers={"X-API-Key": PREDICTS}).status_code
    with ThreadPoolExecutor(AT_ONCE) as threads:  # one after the other may be slower than the bucket is filled
        replies = list(threads.map(lambda _: service.predict(key=PREDICTS), range(OFTEN)))
    last = next((one for one in replies if one.status_code == 429), None)
    wait = f"429, Retry-After: {last.headers.get('retry-after')}" if last else f"never told in {OFTEN} requests"
    sent = "POST /v2/predict without a key; GET /admin/model as ben; POST /v2/predict as ben, again and again"
    return Evidence(sent, f"{nobody}; {forbidden}; {wait}", (nobody, forbidden) == (401, 403) and last is not None)


def monitoring(service: Service) -> Evidence:
    """It says that it lives, that it is ready, and what it has answered."""
    replies = [service.client.get(path) for path in ("/health", "/readiness", "/metrics")]
    counted = [line for line in replies[-1].text.splitlines() if line.startswith("predictions_total")]
    states = ", ".join(str(reply.status_code) for reply in replies)
    good = bool(counted) and all(reply.status_code == 200 for reply in replies)
    return Evidence("GET /health, /readiness, /metrics", _cut([states, *counted[:2]]), good)


def documentation(service: Service) -> Evidence:
    """It describes itself, what is deprecated included."""
    reply = service.client.get("/openapi.json")
    found = [f"{path}{' (deprecated)' if _deprecated(one) else ''}" for path, one in reply.json()["paths"].items()]
    return Evidence("GET /openapi.json", _cut([", ".join(found)]), any("deprecated" in path for path in found))


def testing(service: Service) -> Evidence:
    """A model that no longer says what it said when it was saved is not served."""
    reply = service.client.put("/admin/model", json={"name": "worn"}, headers={"X-API-Key": ADMINISTERS})
    return Evidence('PUT /admin/model {"name": "worn"}', _said(reply), reply.status_code == 422)


def performance(service: Service) -> Evidence:
    """What was answered before is not computed again."""
    found = [service.predict([6.3, 2.7, 4.9, 1.8]).headers.get("x-cache", "no X-Cache") for _ in "ab"]
    return Evidence("POST /v2/predict twice with one flower", ", ".join(found), found[-1] == "hit")


def versioning(service: Service) -> Evidence:
    """The first version still answers, and says where to go."""
    reply = service.predict(version=1)
    return Evidence("POST /v1/predict", _said(reply, "deprecation", "link"), "successor-version" in reply.links)


def origins(service: Service) -> Evidence:
    """A page of one origin may ask, and one of another may not."""
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "X-API-Key"}
    found = [
        service.client.options("/v2/predict", headers={"Origin": origin, **asked}).headers.get(CORS)
        for origin in (ORIGIN, STRANGER)
    ]
    said = "; ".join(f"{CORS}: {one}" if one else f"no {CORS}" for one in found)
    return Evidence(f"a preflight from {ORIGIN}; from {STRANGER}", said, found == [ORIGIN, None])


@dataclass(frozen=True)
class Point:
    """A point of the checklist.

    Attributes:
        name: what it is called on the slide.
        slide: what the slide says of it.
        today: what it has become in this course.
        labs: the numbers of the labs that have taught it.
        ask: asks a service for it.
    """

    name: str
    slide: str
    today: str
    labs: tuple[int, ...]
    ask: Callable[[Service], Evidence]

    def asked(self, service: Service) -> Evidence:
        """Ask, and take whatever goes wrong for what the service has said."""
        try:
            return self.ask(service)
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as problem:
            return Evidence(self.ask.__doc__ or "", f"{type(problem).__name__}: {problem}", False)


POINTS = (
    Point("Logging", "Structured logs (JSON format)", "a line of JSON for each request, with its id", (5, 14), logging),
    Point("Error handling", "Catch all exceptions", "once, inside of CORS, as problem documents", (4, 14), errors),
    Point("Validation", "Strict Pydantic models", "finite numbers, nothing else, a 422 with names", (2,), validation),
    Point("Security", "API keys, rate limiting, HTTPS", "who, may, too often; TLS in lab 11", (11, 12, 14), security),
    Point(
        "Monitoring",
        "Health checks, metrics",
        "alive and ready are two things; exact counts",
        (5, 14),
        monitoring,
    ),
    Point("Documentation", "Auto-generated + custom", "examples, responses, deprecations", (1, 2, 10), documentation),
    Point("Testing", "Unit tests, integration tests", "tests of code, and a model's own examples", (6, 14), testing),
    Point(
        "Performance",
        "Caching, async where possible",
        "batches, a cache that may die",
        (8, 12, 13, 14),
        performance,
    ),
    Point("Versioning", "API versioning strategy", "of the API, and of the model in each answer", (10, 14), versioning),
    Point("CORS", "Configured for your frontend", "origins by name, and headers that they may read", (10, 14), origins),
)
"""The ten points of the slide *Deployment Considerations*, in its order."""


def _said(reply: httpx.Response, *headers: str) -> str:
    named = [f"{name}: {reply.headers[name]}" for name in headers if name in reply.headers]
    return _cut([str(reply.status_code), *named, reply.text])


def _cut(lines: Iterable[str]) -> str:
    return "\n".join(line if len(line) <= WIDTH else f"{line[:WIDTH]}..." for line in lines) or "nothing"


def _is_json(lines: Sequence[str]) -> bool:
    try:
        return bool(lines) and isinstance(json.loads(lines[0][lines[0].index("{") :]), dict)
    except ValueError:
        return False


def _deprecated(operations: dict[str, dict[str, object]]) -> bool:
    return any(one.get("deprecated") for one in operations.values())
