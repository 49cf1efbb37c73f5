"""The visible checks of lab07_production: a student sees each sentence, and what a failing check saw."""

from __future__ import annotations

import time

from labkit.checks.api import Api, Mismatch, Reply, exercise
from labkit.checks.running import Running, Start
from labkit.labs.lab07_production import command, image
from labkit.labs.lab07_production.dockerfile import Dockerfile
from labkit.labs.lab07_production.expect import (
    CONFIGURED,
    ENVIRONMENT,
    GUNICORN,
    INSIDE,
    KEY,
    SINGLE,
    WORKERS,
    named,
    other_class,
    pids,
    refuse_to_start,
    replace_killed,
    report,
    said_at_the_end,
    serving,
    settings,
    silencer,
    silent,
    two_apps,
)
from labkit.labs.lab07_production.hadolint import lint
from labkit.labs.lab07_production.image import Fault
from labkit.labs.lab07_production.served_model import asks_the_other, still_loads
from labkit.labs.lab07_production.shutdown import drain

SERVER = INSIDE
OTHERS = {**ENVIRONMENT, "API_VERSION": "10.2"}
OLD_CLASS = "uvicorn.workers.UvicornWorker"

Files = dict[str, str]


@exercise("settings")
def test_info(api: Api) -> None:
    """GET /info answers with the version and the log level of the environment."""
    reply = api.get("/info")
    reply.expect(200, {"version": "3.1.4", "log_level": "INFO"}, advice=_no_settings(reply))


@exercise("settings")
def test_model_path(start: Start) -> None:
    """The given POST /predict asks the model that API_MODEL_PATH names."""
    asks_the_other(start)


@exercise("settings")
def test_key_missing(start: Start) -> None:
    """Without API_KEY the server does not start, and says which variable it misses."""
    refuse_to_start(start, "API_KEY", {})


@exercise("settings")
def test_level_unknown(start: Start) -> None:
    """With an API_LOG_LEVEL that does not exist it does not start, and says which variable is wrong."""
    refuse_to_start(start, "API_LOG_LEVEL", {**ENVIRONMENT, "API_LOG_LEVEL": "LOUD"})


@exercise("settings")
def test_value_is_not_shown(start: Start) -> None:
    """What a bad variable is set to is not said: it may be the key, in the wrong place."""
    refused = refuse_to_start(start, "API_LOG_LEVEL", {**ENVIRONMENT, "API_LOG_LEVEL": KEY})
    silent("API_LOG_LEVEL, set to the key", refused, "hide_input_in_errors=True keeps what was sent out of errors")


@exercise("settings")
def test_key_is_not_shown(api: Api, start: Start) -> None:
    """The key is in no answer, in no log, and not in what the settings say of themselves."""
    for path in ("/info", "/openapi.json", "/nowhere"):
        reply = api.get(path)
        if KEY in reply.text or KEY in str(reply.headers):
            reply.fail("an answer without the key")
    silent("the log", start(INSIDE))
    running = start(two_apps(ENVIRONMENT, OTHERS))
    if any(KEY in text for text in report(running).shown):
        raise Mismatch("repr(Settings())", "key=SecretStr('**********')", "the key itself", "its type is SecretStr")
    silent("the log", running)


@exercise("app_factory")
def test_create_app(start: Start) -> None:
    """create_app(settings) makes an app for these settings."""
    running = start(two_apps(ENVIRONMENT, OTHERS))
    if said := report(running).said["first"]:
        raise Mismatch("create_app(Settings())", "an app", said)
    first = running.api.get("/first/info")
    if "10.2" in first.text:
        _keep_apart(running)
    first.expect(200, {"version": "3.1.4", "log_level": "INFO"})


@exercise("app_factory")
def test_two_apps(start: Start) -> None:
    """A second app has settings of its own, and the first one keeps its own."""
    running = start(two_apps(ENVIRONMENT, OTHERS))
    report(running)
    _keep_apart(running)


def _keep_apart(running: Running) -> None:
    for name, version in (("second", "10.2"), ("first", "3.1.4")):
        body = running.api.get(f"/{name}/info").json
        if not (isinstance(body, dict) and body.get("version") == version):
            sent = "first = create_app(Settings()), second = create_app(other settings)"
            advice = "make a FastAPI in create_app, and keep the settings in its state"
            raise Mismatch(sent, f"version {version} from the {name}", f"{body}", advice)


@exercise("app_factory")
def test_routes_apart(start: Start) -> None:
    """A route that is added to one app is not in the other."""
    running = start(two_apps(ENVIRONMENT, OTHERS))
    report(running)
    running.api.get("/first/only-in-first").expect(200)
    running.api.get("/second/only-in-first").expect(404)


@exercise("app_factory")
def test_other_names(start: Start) -> None:
    """Where the module is asked for what it does not have, that is an AttributeError."""
    if said := report(start(two_apps(ENVIRONMENT, OTHERS))).said["other_name"]:
        advice = "end __getattr__ with `raise AttributeError(name)`: it is asked for every name that is not there"
        raise Mismatch("lab07_production.no_such_name", "AttributeError", said, advice)


@exercise("app_factory")
def test_default(start: Start) -> None:
    """create_app() without an argument takes the settings of the environment."""
    running = start(two_apps(ENVIRONMENT, OTHERS))
    if said := report(running).said["third"]:
        raise Mismatch("create_app()", "an app", said)
    reply = running.api.get("/third/info")
    reply.sent += " of create_app()"
    reply.expect(200, {"version": "10.2", "log_level": "INFO"}, advice=_no_settings(reply))


def _no_settings(reply: Reply) -> str | None:
    """Say what to try where the app has None for its settings."""
    known = (reply.raised or "").startswith("AttributeError: 'NoneType' object has no attribute")
    return "in create_app, settings = settings or Settings() takes those of the environment" if known else None


@exercise("app_factory")
def test_import(start: Start) -> None:
    """The module can be imported for its factory where no variable is set."""
    if said := report(start(two_apps(ENVIRONMENT, OTHERS))).said["import"]:
        advice = "something is made by the import: look at `app`, and at the defaults of your functions"
        raise Mismatch("import lab07_production, without API_KEY", "the module", said, advice)


@exercise("workers")
def test_whoami(api: Api) -> None:
    """GET /whoami answers with the number of the process."""
    reply = api.get("/whoami").expect(200)
    body = reply.json
    if not (isinstance(body, dict) and body.keys() == {"pid"} and type(body["pid"]) is int):
        reply.fail('200 {"pid": a number}')


@exercise("workers")
def test_two_workers(start: Start) -> None:
    """Under uvicorn --workers 2 two processes answer."""
    pids(serving(start(WORKERS), "uvicorn --workers 2"))


@exercise("workers")
def test_killed_worker(start: Start) -> None:
    """A worker of uvicorn that is killed is replaced."""
    replace_killed(serving(start(WORKERS), "uvicorn --workers 2"))


@exercise("workers")
def test_gunicorn(start: Start) -> None:
    """Under gunicorn with two workers two processes answer."""
    pids(serving(start(GUNICORN), "gunicorn --workers 2 --worker-class uvicorn_worker.UvicornWorker"))


@exercise("graceful_shutdown")
def test_slow(api: Api) -> None:
    """GET /slow?seconds=0.4 answers after that time."""
    began = time.monotonic()
    reply = api.get("/slow?seconds=0.4")
    reply.expect(200, advice="seconds may be a fraction: its type is float" if "int_" in reply.text else None)
    if (took := time.monotonic() - began) < 0.35:
        reply.fail("an answer after 0.4 s", got=f"one after {took:.2f} s")


@exercise("graceful_shutdown")
def test_slow_bounds(api: Api) -> None:
    """Less than 0 s and more than 5 s are refused."""
    for seconds in ("-0.5", "5.5"):
        api.get(f"/slow?seconds={seconds}").refuse("seconds")


@exercise("graceful_shutdown")
def test_model_is_loaded(start: Start) -> None:
    """The lifespan still loads the model that the given POST /predict asks."""
    still_loads(start)


@exercise("graceful_shutdown")
def test_request_in_flight(start: Start) -> None:
    """On SIGTERM a request that is under way is answered, and new ones are refused."""
    ended = drain(serving(start(SINGLE, fresh=True), "uvicorn"), "/slow?seconds=1.5", 1.5)
    if ended.reply is None:
        raise Mismatch("GET /slow?seconds=1.5, then SIGTERM", "200", ended.lost)
    ended.reply.expect(200)
    if not ended.refuses:
        raise Mismatch("SIGTERM, then GET /openapi.json", "no connection, soon", "an answer, for seconds")


@exercise("graceful_shutdown")
def test_end(start: Start) -> None:
    """On SIGTERM the lifespan says `shutdown complete`, and the process ends."""
    running = serving(start(SINGLE, fresh=True), "uvicorn")
    ended = drain(running, "/slow?seconds=0.3", 0.3)
    if ended.code not in (0, -15):
        got = f"exit code {ended.code}" if ended.code is not None else "it still runs after 6 s"
        raise Mismatch("SIGTERM", "the process ends: exit code 0, or by the signal", got)
    said_at_the_end(running)


@exercise("gunicorn_conf")
def test_it_starts(start: Start, beside: Files) -> None:
    """Gunicorn starts with the file, and answers."""
    if not beside.get("gunicorn.conf.py"):
        raise Mismatch("gunicorn --config gunicorn.conf.py", "a server that starts", "no such file")
    try:
        pids(serving(start(CONFIGURED), "gunicorn --config gunicorn.conf.py"))
    except Mismatch as problem:
        raise type(problem)(problem.sent, problem.expected, problem.got, silencer(start) or problem.advice) from None


@exercise("gunicorn_conf")
def test_bind(start: Start) -> None:
    """The file says on which address the server listens."""
    named(start, "bind", lambda value: bool(value), "an address")


@exercise("gunicorn_conf")
def test_workers(start: Start) -> None:
    """It says how many workers there are, two or more."""
    named(start, "workers", lambda value: value >= 2, "2 or more")


@exercise("gunicorn_conf")
def test_worker_class(start: Start) -> None:
    """The workers are of the class uvicorn_worker.UvicornWorker."""
    if got := other_class(start):
        advice = "uvicorn.workers is deprecated: the class moved" if OLD_CLASS in settings(start).worker_class else None
        raise Mismatch("worker_class in gunicorn.conf.py", "uvicorn_worker.UvicornWorker", got, advice)


@exercise("gunicorn_conf")
def test_timeouts(start: Start) -> None:
    """It says when a silent worker is killed, and how long a worker that ends may go on."""
    named(start, "timeout", lambda value: value > 0, "seconds, more than 0")
    named(start, "graceful_timeout", lambda value: value > 0, "seconds, more than 0")


@exercise("gunicorn_conf")
def test_nothing_of_development(start: Start) -> None:
    """It neither reloads the code nor detaches from who started it."""
    for name in ("reload", "daemon"):
        if getattr(settings(start), name):
            raise Mismatch(f"{name} in gunicorn.conf.py", "False", "True")


@exercise("dockerfile")
def test_it_is_a_dockerfile(beside: Files) -> None:
    """It begins with an image, and ends with a command that a container can start."""
    file = _dockerfile(beside)
    missing = [name for name, there in (("FROM", file.stages), ("CMD", command.words(file))) if not there]
    if missing:
        raise Mismatch("Dockerfile", "FROM ... CMD", f"no {' and no '.join(missing)}")
    _fault(command.unstartable(file), "a container that starts")


@exercise("dockerfile")
def test_base(beside: Files) -> None:
    """It builds on a slim Python, 3.11 or newer, with a tag that says so."""
    _fault(image.base(_dockerfile(beside)), "FROM python:3.13-slim, or another from 3.11 on")


@exercise("dockerfile")
def test_order(beside: Files) -> None:
    """Dependencies are installed before the code is copied."""
    _fault(image.order(_dockerfile(beside)), "a RUN that installs, then a COPY of the code")


@exercise("dockerfile")
def test_user(beside: Files) -> None:
    """It does not run as root."""
    _fault(image.user(_dockerfile(beside)), "a USER that is not root")


@exercise("dockerfile")
def test_command(beside: Files, start: Start) -> None:
    """Its command is in exec form, and can be reached from outside."""
    file = _dockerfile(beside)
    _fault(command.fault(file, settings(start).bind), 'CMD ["program", "argument"], a server on 0.0.0.0')


@exercise("dockerfile")
def test_health(beside: Files) -> None:
    """It has a health check."""
    _fault(image.health(_dockerfile(beside)), "HEALTHCHECK CMD ...")


@exercise("dockerfile")
def test_no_secret(beside: Files) -> None:
    """No secret is in it, or copied into the image."""
    _fault(image.secrets(_dockerfile(beside)), "no secret")


@exercise("dockerfile")
def test_hadolint(beside: Files) -> None:
    """Hadolint finds no error."""
    errors = [finding for finding in lint(beside.get("Dockerfile", "")) if finding.level == "error"]
    if errors or not beside.get("Dockerfile"):
        raise Mismatch("hadolint Dockerfile", "no error", str(errors[0]) if errors else "no such file")


def _dockerfile(beside: Files) -> Dockerfile:
    return Dockerfile(beside.get("Dockerfile", ""))


def _fault(fault: Fault | None, expected: str) -> None:
    if fault:
        raise Mismatch("Dockerfile", expected, fault.got, fault.advice)
