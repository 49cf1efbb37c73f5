"""A module that is loaded again finds the process as it was: no metric and no log handler of the time before."""

import logging
import sys

import pytest
from prometheus_client import GC_COLLECTOR, REGISTRY, Counter
from support.live import get, until

from labkit.module import loading

SETUP = """# %% setup
import logging
from fastapi import FastAPI
from prometheus_client import Counter, generate_latest
app = FastAPI()
logger = logging.getLogger("student")
"""
COUNTER = '# %% metrics\nASKED = Counter("asked", "How often it was asked.")\n'
HANDLER = "# %% logs\nlogger.addHandler(logging.StreamHandler())\n"
BROKEN = "# %% broken\n1 / 0\n"
LIFESPAN = """
from contextlib import asynccontextmanager
@asynccontextmanager
async def lifespan(app):
    logging.getLogger("student").addHandler(logging.StreamHandler())
    yield
app = FastAPI(lifespan=lifespan)
"""


@pytest.fixture
def path(tmp_path):
    """Where the module stands; whatever a load leaves behind is gone afterwards."""
    before = set(REGISTRY._collector_to_names)
    yield tmp_path / "student.py"
    sys.modules.pop("student", None)
    logging.getLogger("student").handlers.clear()
    for collector in set(REGISTRY._collector_to_names) - before:
        REGISTRY.unregister(collector)


def load(path, text):
    path.write_text(text)
    return loading.load(path)


def test_metrics_are_made_again_without_duplicates(path):
    """After clearing, a module that makes a metric can be loaded again, and its metric starts anew."""
    first = load(path, SETUP + COUNTER)
    first.module.ASKED.inc()
    first.leftovers.clear()
    second = load(path, SETUP + COUNTER)
    assert second.left_out == {}
    assert REGISTRY.get_sample_value("asked_total") == 0


def test_a_section_that_raises_costs_no_other_its_metrics(path):
    """The module is loaded once more without a section that raised, and what stood above that is not a duplicate."""
    loaded = load(path, SETUP + COUNTER + HANDLER + BROKEN)
    assert list(loaded.left_out) == ["broken"]
    assert len(loaded.module.logger.handlers) == 1


def test_handlers_filters_and_factories_do_not_pile_up(path):
    """Handlers and filters of loggers, and the factory of records, are put back as they were."""
    logger, root, factory = logging.getLogger("student"), logging.getLogger(), logging.getLogRecordFactory()
    before = list(root.handlers)
    more = "logger.addFilter(lambda record: True)\nlogging.getLogger().addHandler(logging.NullHandler())\n"
    more += "older = logging.getLogRecordFactory()\nlogging.setLogRecordFactory(lambda *a, **k: older(*a, **k))\n"
    loaded = load(path, SETUP + HANDLER + more)
    assert (len(logger.handlers), len(logger.filters), len(root.handlers)) == (1, 1, len(before) + 1)
    loaded.leftovers.clear()
    assert (logger.handlers, logger.filters, root.handlers) == ([], [], before)
    assert logging.getLogRecordFactory() is factory


def test_a_file_that_a_handler_has_opened_is_closed(path):
    """The file of a handler that is taken away is closed."""
    target = path.with_suffix(".log")
    loaded = load(path, f"{SETUP}logger.addHandler(logging.FileHandler({str(target)!r}))\n")
    (handler,) = loaded.module.logger.handlers
    loaded.leftovers.clear()
    assert handler.stream is None


def test_what_others_add_stays(path, monkeypatch):
    """A library that is imported by the module keeps its metrics and handlers, since it is not imported again."""
    library = path.with_name("some_library.py")
    library.write_text(
        "import logging\nfrom prometheus_client import Counter\nCounter('of_library', 'x')\n"
        "logging.getLogger('some_library').addHandler(logging.NullHandler())\n"
    )
    monkeypatch.syspath_prepend(path.parent)
    mine = Counter("of_mine", "x")
    loaded = load(path, f"{SETUP}import some_library\n")
    loaded.leftovers.clear()
    monkeypatch.delitem(sys.modules, "some_library")
    assert len(logging.getLogger("some_library").handlers) == 1
    assert REGISTRY.get_sample_value("of_library_total") == 0
    assert {mine, GC_COLLECTOR} <= set(REGISTRY._collector_to_names)
    logging.getLogger("some_library").handlers.clear()


def test_what_the_module_took_away_itself_is_no_problem(path):
    """A module may unregister its own metric before it is loaded again."""
    loaded = load(path, SETUP + COUNTER)
    REGISTRY.unregister(loaded.module.ASKED)
    loaded.leftovers.clear()
    assert REGISTRY.get_sample_value("asked_total") is None


def test_the_notebook_loads_a_module_with_metrics_as_often_as_it_likes(opened, path):
    """Each run of a cell serves the module anew; a log line that is written once appears once, also from a lifespan."""
    opened.write("setup", SETUP.partition("\n")[2] + LIFESPAN)
    route = '@app.get("/")\ndef read_root():\n    ASKED.inc()\n    logger.warning("asked %s")\n'
    for number in range(3):
        opened.write("root", COUNTER.partition("\n")[2] + route % number)
        assert opened.left_out == {}
        assert get(opened.server).status_code == 200
        until(lambda: f"asked {number}" in str(opened.server.log))  # noqa: B023 (it is called here)
    assert [str(opened.server.log).count(f"asked {number}") for number in range(3)] == [1, 1, 1]
    assert REGISTRY.get_sample_value("asked_total") == 1
