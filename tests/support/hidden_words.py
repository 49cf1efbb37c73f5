"""What only the hidden checks of a lab say."""

import ast

from autograder.submissions import submission
from support.classroom import ROOT

LABS = [lab.id for lab in submission.course().labs]
COMMON = {"User-Agent", "Traceback", "latin-1", "text/plain", "application/x-www-form-urlencoded"}
"""Words of HTTP and of Python that hidden checks say, and everybody."""


def hidden_words(lab):
    """The names of the hidden checks and broken APIs of a lab, their sentences, and their longer inputs."""
    text = _read("autograder", "hidden", f"{lab}.py")
    tree = ast.parse(text)
    checks = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    broken = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node) == "Mutant"]
    assert checks
    words = {check.name for check in checks} | {word for check in checks for word in _texts(check)}
    named = {word for one in broken for part in (one.args[0], one.args[2]) for word in _texts(part)}
    words |= {word for word in named if not word.isalpha()}  # a name of one word may be in any sentence
    known = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "autograder" / "checks").glob("*.py"))
    known += "".join(exercise.hidden for exercise in submission.course().lab(lab).exercises)  # the rationale lines
    known += _read("solutions", f"{lab}.py")
    return sorted(word for word in words - COMMON if word not in known)


def _texts(node):
    values = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    return {value for value in values if isinstance(value, str) and len(value) > 6}


def _name(call):
    return getattr(call.func, "id", "")


def _read(*parts):
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")
