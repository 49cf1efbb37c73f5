"""The sandboxes, seen from inside, as root and as an ordinary user; and how one is chosen."""

import json
import os
import subprocess
import sys

import pytest
from support.classroom import LAB, ROOT, filled, hand_in, run, solved
from support.hostile_class import MODULES, SOLUTION, as_submission, written
from typer.testing import CliRunner

from autograder.__main__ import app
from autograder.authoring.secrets import Secrets
from autograder.judging import confinement, tiers
from autograder.judging.judge import judge
from autograder.submissions import submission
from labkit import sections
from labkit.sandbox import client

NOBODY = 65534
STRICT = ["namespaces", "landlock"]
ALL = [tier.name for tier in tiers.TIERS]

pytestmark = pytest.mark.sandbox


def tier(name):
    found = next(one for one in tiers.TIERS if one.name == name)
    if not found.available():
        pytest.skip(f"this machine does not offer {name}: {found.why_not()}")
    return found


def told(code, where):
    """What a module finds out when its first exercise runs this code, which leaves it in `found`."""
    body = f'{code}\n\n\n@app.get("/")\ndef read_root():\n    return {{"message": found}}\n'
    parts = [
        sections.Section(part.name, sections.normalise(body if part.name == "root" else part.source), part.before)
        for part in sections.parse(SOLUTION)
    ]
    result = judge(as_submission(sections.render(parts, "Hello World API")), where)
    message = result.verdicts[0].checks[0].message
    return message.partition('got       200 {"message":')[2].strip().removesuffix("}")


def as_user(user, name, modules):
    """Judge modules as another user, where this test runs as root and can become one."""
    if os.getuid() != 0 or not tier("namespaces"):
        pytest.skip("only root can become other_user else")
    command = [sys.executable, str(ROOT / "tests" / "support" / "other_user.py"), str(user), name]
    done = subprocess.run(command, input=json.dumps(modules), capture_output=True, text=True, check=False)
    if "does not offer" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


BOMBS = {"fork_bomb": 11, "memory_hog_in_endpoint": 11, "one_large_file": 11, "leaves_an_orphan": 12}
"""Modules that another user has to stand as well, and what they earn; who runs the tests meets them in test_hostile."""


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("user", [0, NOBODY])
def test_each_tier_as_root_and_as_an_ordinary_user(user, name):
    """Whoever judges, a module has no right of root's, the solution earns all, and of bombs nothing is left."""
    rights = "'CapEff:\\t0000000000000000' in open('/proc/self/status').read()"
    harmless = f"import os\nassert os.getuid() != 0\nassert {rights}"
    wanted = (BOMBS if user != os.getuid() else {}) | {"neighbour": 12}
    modules = {stem: written(MODULES / f"{stem}.py") for stem in wanted.keys() & BOMBS.keys()}
    modules["neighbour"] = SOLUTION.replace('@app.get("/")', harmless + '\n\n\n@app.get("/")', 1)
    found = as_user(user, name, modules)
    assert {stem: score for stem, (score, *_) in found["results"].items()} == wanted
    assert {sandbox for _, sandbox, *_ in found["results"].values()} == {name}
    assert found["left"] == []


@pytest.mark.parametrize("name", STRICT)
@pytest.mark.parametrize("user", [0, NOBODY])
def test_strict_tiers_hide_what_is_not_the_students(user, name):
    """In a strict tier nobody reads the hidden checks or the solutions, or reaches a process of the judge's."""
    words = {"repository": ROOT, "course": ROOT, "judge": os.getpid(), "port": 9}
    chosen = ["reads_the_repository", "reads_the_solutions", "sees_the_judge_by_signal"]
    found = as_user(user, name, {stem: written(MODULES / f"{stem}.py", **words) for stem in chosen})
    assert {stem: score for stem, (score, *_) in found["results"].items()} == dict.fromkeys(chosen, 12)


WITH_PROCESSES = ("lab12_traffic", "lab08_concurrency", "lab07_production", "lab06_testing", "lab03_serving")
"""Labs that start servers, share a store or a folder, try tests or read a model."""


@pytest.mark.parametrize(
    (
        "name",
        "labs",
    ),  # `make verify` judges every lab in the strictest tier; Landlock forbids all that limits do, and more
    [("landlock", WITH_PROCESSES), ("rlimits", WITH_PROCESSES[:1])],
)
def test_labs_with_processes_of_their_own_in_the_weaker_tiers(name, labs):
    """The solution of a lab that starts servers, tries tests or reads a model earns all, one after the other."""
    where, course = tier(name), submission.course()
    for lab in map(course.lab, labs):
        path = ROOT / "solutions" / f"{lab.id}.py"
        result = judge(submission.notebook(filled(path.read_text(encoding="utf-8"), lab.id), lab, path), where)
        assert (lab.id, result.score, result.incidents) == (lab.id, lab.points, ())


WALK = """
import os, sys
found, skipped = [], {"/proc", "/dev", "/usr", sys.prefix, sys.base_prefix}
kept = {"hidden", "solutions", "submitted", "gradebook.db", "autograder", "notebooks", "course"}
for top, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(top, name) not in skipped and name != "site-packages"]
    found += [os.path.join(top, name) for name in folders + files if name in kept]
    for place in (os.path.join(top, name) for name in files):
        if place != __file__ and os.access(place, os.R_OK) and not os.path.islink(place):
            text = open(place, errors="replace").read()
            found += [place for word in WORDS if word in text]
found = " ".join(found)[:80] or "nothing"
"""


def test_namespaces_show_nothing_of_the_course():
    """A walk through all that a module sees finds no check, solution or submission, and no word of a hidden check."""
    words = [word for lab in submission.course().labs for word in Secrets.of(ROOT, lab).words]
    assert len(words) > 200
    assert told(f"WORDS = {words}\n{WALK}", tier("namespaces")) == '"nothing"'


def test_namespaces_are_empty():
    """In its namespaces a module is the first process, has one interface, and can write little but its folder."""
    where = tier("namespaces")
    assert told("import os\nfound = str([one for one in os.listdir('/proc') if one.isdigit()])", where) == "\"['1']\""
    assert told("import socket\nfound = str(socket.if_nameindex())", where) == "\"[(1, 'lo')]\""
    code = """
mounts = [line.split() for line in open("/proc/self/mounts")]
found = " ".join(sorted(place for _, place, _, options, *_ in mounts if "rw" in options.split(",")))
"""
    devices = "/dev/full /dev/null /dev/random /dev/urandom /dev/zero"
    assert told(code, where) == f'"{devices} /tmp /work"'


@pytest.mark.parametrize("name", STRICT)
def test_nothing_of_the_judge_is_in_its_memory(name):
    """The warm process has loaded nothing of the judge or of pytest, and has nothing open but what it serves with."""
    client.forkserver().stop()  # one that has had a lab about tests has pytest
    judges = {"autograder", "pytest", "_pytest", "nbformat", "nbgrader"}
    code = f"import sys\nfound = ' '.join({judges} & {{name.partition('.')[0] for name in sys.modules}}) or 'nothing'"
    assert told(code, tier(name)) == '"nothing"'
    code = "import os\nfound = str(sum(os.path.exists(f'/proc/self/fd/{number}') for number in range(3, 200)))"
    assert told(code, tier(name)) == '"2"'


@pytest.mark.parametrize("name", ALL)
def test_tier_is_chosen_by_its_name(tmp_path, name):
    """--sandbox chooses the tier, and the results say which it was."""
    tier(name)
    solution = str(ROOT / "solutions" / f"{LAB}.py")
    run("-m", "autograder", "judge", solution, "--sandbox", name, "--json", "r.json", cwd=tmp_path)
    assert json.loads((tmp_path / "r.json").read_text())["results"][0]["sandbox"].startswith(name)


def test_tier_that_is_not_offered_is_refused(tmp_path, monkeypatch):
    """A tier that is none, or that this machine does not offer, is refused with what to choose."""
    solution = str(ROOT / "solutions" / f"{LAB}.py")
    said = run("-m", "autograder", "judge", solution, "--sandbox", "castle", cwd=tmp_path, expect=2)
    assert "no sandbox castle: choose one of namespaces, landlock, rlimits" in said
    monkeypatch.setattr(tiers, "TIERS", [tiers.Tier("castle", ("moat",)), *tiers.TIERS])
    monkeypatch.setenv(tiers.VARIABLE, "castle")
    with pytest.raises(tiers.Unavailable, match=r"does not offer castle .*moat.*: choose one of"):
        tiers.probe()
    monkeypatch.delenv(tiers.VARIABLE)
    assert tiers.probe().name in ALL


def test_a_sandbox_that_keeps_nothing_secret_is_used_only_if_it_is_named(monkeypatch):
    """Limits alone do not keep the hidden checks from a student's code, so nobody is judged in them unasked."""
    monkeypatch.delenv(confinement.VARIABLE, raising=False)
    for tier in tiers.TIERS[:-1]:
        confinement.require(tier.name)
    with pytest.raises(confinement.Unavailable, match=r"can read the hidden checks.*--sandbox rlimits"):
        confinement.require(tiers.TIERS[-1].name)
    monkeypatch.setenv(confinement.VARIABLE, "rlimits")
    confinement.require("rlimits")


@pytest.mark.parametrize("command", ["judge", "grade"])
def test_the_commands_refuse_where_there_is_no_other(monkeypatch, tmp_path, command):
    """`judge` and `grade` say what to do where the machine offers limits alone, and judge nothing."""
    monkeypatch.delenv(confinement.VARIABLE, raising=False)
    monkeypatch.setattr(tiers, "TIERS", [tiers.TIERS[-1]])
    monkeypatch.chdir(tmp_path)
    place = hand_in(tmp_path, "ada", solved())
    done = CliRunner().invoke(app, ["judge", str(place)] if command == "judge" else ["grade"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--sandbox rlimits" in done.stderr
    assert not (tmp_path / "grades.csv").exists()
