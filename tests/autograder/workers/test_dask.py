"""A real Dask cluster that judges, of which a worker is killed, and a real PostgreSQL that keeps the marks."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import pytest
from support import postgres
from support.classroom import LAB, ROOT, course_directory, filled, hand_in, known, modules, run
from support.live import until

pytestmark = [
    pytest.mark.nbgrader,
    pytest.mark.timeout(900),
    # nbgrader's own, of its database layer
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning"),
]
CI = bool(os.environ.get("CI"))
needs_dask = pytest.mark.skipif(not CI and not find_spec("distributed"), reason="pip install distributed")
needs_postgres = pytest.mark.skipif(
    not CI and not (postgres.programs() and find_spec("psycopg")),
    reason="install PostgreSQL (apt install postgresql) and pip install 'psycopg[binary]'",
)


CHOSEN = [
    "solution",
    "alternative-both_routes_in_one_section",
    "half-first_two_done",
    "half-syntax_error_in_search",
    "wrong-limit_as_end_index",
    "wrong-root_other_case",
]


def a_class(course, config=""):
    ours = f'load_subconfig("nbgrader_config.py", path={str(ROOT)!r})\n'
    course_directory(course, ours + config, begun=not config)  # its own may be in a server
    for student in CHOSEN:
        hand_in(course, student, filled(modules()[student].text))
    return course


def table(said):
    """The rows of the table that a run prints."""
    return sorted(re.findall(r"^ +(\S+) +([\d.]+/12) +(.+?) *$", said, re.MULTILINE))


def marks(url):
    from nbgrader.api import Gradebook

    with Gradebook(url) as gradebook:
        return {
            (submitted.student.id, grade.name): (grade.auto_score, grade.needs_manual_grade)
            for submitted in gradebook.assignment_submissions(LAB)
            for book in submitted.notebooks
            for grade in book.grades
        }


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The class, graded on this machine alone."""
    course = a_class(tmp_path_factory.mktemp("alone"))
    return course, run("-m", "autograder", "grade", cwd=course)


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers, each a process of its own, which have nothing of ours on their path."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "COVERAGE")}
    environment |= {"TMPDIR": str(tmp_path), "DASK_DISTRIBUTED__WORKER__DAEMON": "false"}
    program = (
        "import sys; from importlib import import_module; import_module(f'distributed.cli.{sys.argv.pop(1)}').main()"
    )
    facts = tmp_path / "scheduler.json"
    scheduler = ["dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(facts)]
    worker = ["dask_worker", "--no-nanny", "--nthreads", "1", "--local-directory", str(tmp_path)]
    with ExitStack() as stack, (tmp_path / "log.txt").open("w") as log:

        def start(*command):
            words = [sys.executable, "-c", program, *command, "--no-dashboard"]
            started = subprocess.Popen(words, cwd=tmp_path, env=environment, stdout=log, stderr=log)
            stack.enter_context(started)
            stack.callback(started.kill)
            return started

        start(*scheduler)
        until(lambda: address_in(facts), 300)
        yield address_in(facts), [start(*worker, address_in(facts)) for _ in range(2)], tmp_path


def address_in(facts):
    """The address that a scheduler has chosen and written down; nothing before that."""
    try:
        return json.loads(facts.read_text(encoding="utf-8"))["address"]
    except (OSError, ValueError):
        return ""


@needs_dask
def test_worker_of_a_cluster_is_killed(cluster, alone, tmp_path_factory):
    """A cluster gives the results that one machine gives, also when a worker is killed in the middle of the work."""
    address, workers, place = cluster
    course = a_class(tmp_path_factory.mktemp("course"))
    command = [sys.executable, "-m", "autograder", "grade", "--scheduler", address]
    with subprocess.Popen(command, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        until(lambda: known(course) >= 2 or process.poll() is not None, 600)
        assert process.poll() is None
        workers[0].send_signal(signal.SIGKILL)
        said, _ = process.communicate(timeout=600)
    assert process.returncode == 0, said
    assert table(said) == table(alone[1])
    assert len(table(said)) == len(CHOSEN)
    assert marks(f"sqlite:///{course / 'gradebook.db'}") == marks(f"sqlite:///{alone[0] / 'gradebook.db'}")
    assert "to judge" not in run("-m", "autograder", "grade", "--scheduler", address, cwd=course)
    workers[1].terminate()
    workers[1].wait(300)
    until(lambda: not list(place.glob("judge-*")))  # nothing of what had travelled there is left, killed or not


@needs_dask
def test_no_cluster(tmp_path, monkeypatch):
    """Where no scheduler answers, the message says so, and the status is 2."""
    from autograder.workers import dask

    monkeypatch.setattr(dask, "PATIENCE", 0.5)
    with pytest.raises(dask.NoCluster, match=r"No Dask cluster answers at tcp://127\.0\.0\.1:9: start one"):
        dask.Cluster("tcp://127.0.0.1:9")


def test_code_that_travels():
    """What travels has the judge, the checks and the notebooks, the same bytes each time, and nothing of a class."""
    import io
    import zipfile

    from autograder.workers.dask import code

    names = zipfile.ZipFile(io.BytesIO(code())).namelist()
    assert code() == code()
    assert {
        "autograder/judging/judge.py",
        f"autograder/hidden/{LAB}.py",
        "labkit/course.json",
        f"notebooks/{LAB}.ipynb",
    } <= {*names}
    assert {Path(name).parts[0] for name in names} == {"autograder", "labkit", "notebooks"}


@needs_postgres
def test_gradebook_in_postgresql(alone, tmp_path):
    """In a gradebook in PostgreSQL stand the marks that stand in one in a file, and a human's marks survive there."""
    from nbgrader.api import Gradebook

    with postgres.server(postgres.programs()) as url:
        course = a_class(tmp_path, f"c.CourseDirectory.db_url = {url!r}\n")
        said = run("-m", "autograder", "grade", cwd=course)
        assert table(said) == table(alone[1])
        expected = marks(f"sqlite:///{alone[0] / 'gradebook.db'}")
        assert marks(url) == expected
        assert not (course / "gradebook.db").exists()
        with Gradebook(url) as gradebook:
            gradebook.find_grade("check-root", LAB, LAB, "solution").manual_score = 0.5
            gradebook.db.commit()
        assert "to judge" not in run("-m", "autograder", "grade", cwd=course)
        assert "solution,,,,11.5" in (course / "grades.csv").read_text(encoding="utf-8")
        run("-m", "autograder", "grade", "--force", cwd=course)
        assert marks(url) == expected | {("solution", "check-root"): (1, True)}


def test_gradebook_that_cannot_be_opened(tmp_path):
    """Where the gradebook cannot be opened, the message says what to look at, without the password."""
    course = a_class(tmp_path, "c.CourseDirectory.db_url = 'postgresql://grader:secret@127.0.0.1:9/marks'\n")
    said = run("-m", "autograder", "grade", cwd=course, expect=2)
    assert "CourseDirectory.db_url" in said
    assert "secret" not in said
