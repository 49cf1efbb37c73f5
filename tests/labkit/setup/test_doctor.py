"""The first page: is the machine ready, and how far is the student?"""

import os
import socket
import sys

import pytest
from support.terminal import terminal

import labkit
from labkit import course
from labkit.environment import ROOT
from labkit.notebook import coursemap
from labkit.notebook.progress import Progress
from labkit.pictures import Tone
from labkit.setup import doctor
from labkit.setup.doctor import Checkup, Finding

pytestmark = pytest.mark.program

LAB = course.load().labs[0]


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put a program of a name and exit status on the path, alone with the shell."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(name, status):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\nexit {status}\n")
        path.chmod(0o755)

    return put


def test_the_doctor_finds_this_machine_ready(workbook):
    """On a machine that runs the tests everything is there that the labs need; each thing was looked at once."""
    found = labkit.doctor()
    assert found.healthy
    assert "Checkup: everything that is needed is there" in str(found)
    names = [finding.name for finding in found.findings]
    assert names == ["Python", "packages", "folders", "ports", "load", "companions", "machine", "sandbox", "containers"]
    html = found._repr_mimebundle_()["text/html"]
    assert all(finding.name in html and finding.said.split()[0] in str(found) for finding in found.findings)


def test_the_doctor_works_in_a_terminal(tmp_path):
    """`python -m labkit doctor` prints the same, and its exit status says whether something has to be mended."""
    done = terminal(tmp_path, "doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"✓ Python      {sys.version.split()[0]}" in done.stdout


def test_what_is_missing_is_named_with_its_remedy(monkeypatch):
    """A package that is not installed is bad, and the command that installs it stands below."""
    monkeypatch.setattr(doctor, "_wanted", lambda: [doctor.Requirement("no-such-package==1")])
    found = Checkup([doctor.packages()])
    assert not found.healthy
    assert str(found).splitlines() == [
        "Checkup: 1 to mend",
        "  ✗ packages    missing: no-such-package",
        f"                mend it with: {doctor.SETUP}",
    ]
    assert 'data-tone="bad"' in found.html()


def test_another_version_is_said_and_does_not_stop_anybody(monkeypatch):
    """A package of another version than the labs were tried with is no reason to stop."""
    monkeypatch.setattr(doctor, "_wanted", lambda: [doctor.Requirement("pytest==1.0")])
    found = doctor.packages()
    assert (found.tone, found.mend) == ("off", doctor.SETUP)
    assert found.said.startswith("not the versions that the labs were tried with: pytest is ")
    assert found.said.endswith("not 1.0")


def test_an_old_python_is_named(monkeypatch):
    """A Python that is too old is bad, with the command that uses another."""
    monkeypatch.setattr(doctor, "OLDEST", (4, 0))
    found = doctor.python()
    assert (found.tone, found.mend) == ("bad", "make lab PYTHON=python4.0")
    assert "is too old" in found.said


def test_a_file_where_the_folder_should_be(workbook):
    """Where labs is a file, that is bad, and its path is named."""
    (workbook / "labs").write_text("")
    found = doctor.folders()
    assert found.tone == "bad"
    assert str(workbook / "labs") in found.said


def test_a_disk_that_is_full(workbook, monkeypatch):
    """Too little space is bad, with how much there is."""
    monkeypatch.setattr(doctor, "SPACE", 10**18)
    assert doctor.folders().said.startswith("only ")


def test_a_port_that_cannot_be_had(monkeypatch):
    """Where nothing may listen, that is bad, with what the system says."""

    def refuse(*_, **__):
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(socket, "create_server", refuse)
    found = doctor.ports()
    assert found.tone == "bad"
    assert "Operation not permitted" in found.said


def test_an_upstream_a_pool_or_a_store_that_cannot_be_had(monkeypatch):
    """Where the upstream of lab 08 does not start, or no pool can be made, that is bad; lab 12 does without a store."""
    said = iter([None, "http://127.0.0.1:1", None, "http://127.0.0.1:1", "", None])
    monkeypatch.setattr(doctor, "_answer", lambda *_: next(said))
    upstream, pool, store = (doctor.companions() for _ in range(3))
    assert (store.tone, "a Valkey, does not start" in store.said) == ("off", True)
    assert (upstream.tone, upstream.mend) == ("bad", doctor.SETUP)
    assert "pool of processes" in pool.said
    assert pool.mend


@pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")
@pytest.mark.parametrize(
    ("programs", "tone", "said", "mend"),
    [
        ({"docker": 0}, "good", "docker answers", ""),
        ({"docker": 1, "podman": 0}, "good", "podman answers", ""),
        ({"docker": 1}, "off", "docker is installed and does not answer", "sudo systemctl start docker"),
        ({"podman": 1}, "off", "podman is installed and does not answer", "podman machine start"),
        ({}, "off", "neither docker nor podman is installed", None),
    ],
)
def test_containers_are_optional(program, programs, tone, said, mend):
    """An engine that answers is used; one that does not, or none, is said with the command, and is no fault."""
    for name, status in programs.items():
        program(name, status)
    found = doctor.engine()
    assert found.tone == tone
    assert found.said.startswith(said)
    assert found.mend == mend if mend is not None else "podman" in found.mend.lower()


def test_a_program_that_does_not_answer_is_not_waited_for(program, monkeypatch):
    """A program that hangs costs the time that it is given, and no more."""
    monkeypatch.setattr(doctor, "PATIENCE", 0.2)
    assert doctor._answer([sys.executable, "-c", "import time; time.sleep(60)"]) is None


def test_the_judge_is_looked_at_only_where_it_is(monkeypatch, tmp_path):
    """A student's bundle has no judge, so nothing is said about its sandbox."""
    monkeypatch.setattr(doctor, "HOME", tmp_path)
    assert doctor.sandbox() is None


def test_the_checkup_is_safe_to_show():
    """What another program says is shown as it is."""
    found = Checkup([Finding("x", Tone.BAD, "<script>", "<b>")])
    assert "<script>" not in found.html()
    assert "<script>" in str(found)


def test_the_map_shows_every_lab_and_how_far_it_is(workbook):
    """Each lab of the course has a card that leads to its notebook; its points are those of the last verdicts."""
    drawn = labkit.map()
    assert [stop.lab for stop in drawn.stops] == course.load().labs
    assert drawn.stops[0].state == "not begun"
    progress = Progress(workbook / "labs" / ".progress" / f"{LAB.id}.json")
    first = LAB.exercises[0]
    progress.keep("verdicts", first.id, {"outcome": "correct", "points": first.points, "source": ""})
    drawn = coursemap.draw()
    assert (drawn.stops[0].state, drawn.points) == ("begun", first.points)
    for exercise in LAB.exercises:
        progress.keep("verdicts", exercise.id, {"outcome": "correct", "points": exercise.points, "source": ""})
    drawn = coursemap.draw()
    assert (drawn.stops[0].state, drawn.stops[0].tone) == ("done", "good")
    assert f"✓ 01 {LAB.title}" in str(drawn)
    assert f'href="{LAB.id}.ipynb"' in drawn.html()
    assert (ROOT / "notebooks" / f"{LAB.id}.ipynb").exists()


def test_a_progress_that_cannot_be_read_costs_nothing(workbook):
    """A broken file of progress is as if there were none."""
    kept = workbook / "labs" / ".progress"
    kept.mkdir(parents=True)
    (kept / f"{LAB.id}.json").write_text("{")
    assert labkit.map().points == 0
