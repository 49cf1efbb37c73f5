"""Sets up the Python environment of the workbook.

Run by path, before anything is installed:

    python3 labkit/environment.py setup                installs what requirements.lock lists, where that is not done yet
    python3 labkit/environment.py python               prints the path of the environment's Python
    python3 labkit/environment.py run ARGUMENT...      sets up, then runs the environment's Python with these arguments

It must start on any Python 3.6 or newer, with nothing installed, or it could not tell a student that the Python is
too old. So: the standard library only, and no syntax or annotation from later versions.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
INSTALLED = "labkit-installed"  # the file in the environment that says what was installed into it


class SetupError(Exception):
    """The environment cannot be set up. The message says what to do next."""


def find(variables: "dict[str, str]") -> Path:
    """Decides which environment to use: the active one, else the workbook's own."""
    if variables.get("VIRTUAL_ENV"):
        return Path(variables["VIRTUAL_ENV"])
    # Packages in conda's base environment would end up in everything else the student does.
    if variables.get("CONDA_PREFIX") and variables.get("CONDA_DEFAULT_ENV") != "base":
        return Path(variables["CONDA_PREFIX"])
    return ROOT / ".venv"


def scripts(environment: Path) -> Path:
    """Where an environment has its commands."""
    return environment / "Scripts" if os.name == "nt" else environment / "bin"


def python(environment: Path) -> Path:
    """The Python of an environment."""
    if os.name != "nt":
        return scripts(environment) / "python"
    in_scripts = scripts(environment) / "python.exe"
    return in_scripts if in_scripts.exists() else environment / "python.exe"  # the latter is conda's


def version(interpreter: Path) -> "tuple[int, ...]":
    """The version of a Python, or () where there is none that answers."""
    try:
        answer = subprocess.check_output(
            [str(interpreter), "-Ic", "import sys; print(*sys.version_info[:3])"], stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.CalledProcessError):
        return ()
    return tuple(int(part) for part in answer.split())


def require(found: "tuple[int, ...]", what: str = "this", remedy: str = "") -> None:
    """Raises where a Python is too old for the workbook."""
    if found[:2] >= OLDEST:
        return
    message = "Python {}.{} or newer is needed, {} is {}.{}.".format(*OLDEST, what, *found[:2])
    raise SetupError(message + "\n" + (remedy or newer_python()))


def newer_python() -> str:
    """What to do about a Python that is too old: use a newer one of this machine, or install one."""
    for minor in range(20, OLDEST[1] - 1, -1):
        name = "python3.{}".format(minor)
        if version(Path(name)) >= OLDEST:  # it answers; a version manager's placeholder does not
            return "This machine has a newer one. Run:  make lab PYTHON={}".format(name)
    return (
        "Install a newer one (from python.org, your package manager or conda), then name it:\n"
        "  make lab PYTHON=python3.12"
    )


def create(environment: Path) -> None:
    """Makes the workbook's own environment with the Python that runs this file."""
    require(sys.version_info[:3])
    command = [sys.executable, "-m", "venv", "--clear", str(environment)]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if made.returncode == 0:
        return
    output = made.stdout.decode(errors="replace")
    shutil.rmtree(str(environment), ignore_errors=True)  # half an environment would be taken for a whole one
    if "ensurepip is not available" in output or "No module named" in output:
        raise SetupError(
            "This Python cannot make a virtual environment: a part of it is a package of its own here.\n"
            "Install it (Debian, Ubuntu: sudo apt install python3-venv), then run make again."
        )
    raise SetupError("{}\nThe virtual environment could not be made in {}.".format(output.rstrip(), environment))


def fingerprint(found: "tuple[int, ...]") -> str:
    """What an installation depends on; the place counts because labkit is installed where it lies."""
    digest = hashlib.sha256(repr((found, str(ROOT))).encode())
    for name in ("requirements.lock", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def install(environment: Path) -> None:
    """Installs the packages of requirements.lock, then labkit itself, as it lies here."""
    lock = ROOT / "requirements.lock"
    count = len([line for line in lock.read_text().splitlines() if "==" in line])
    place = environment.relative_to(ROOT) if ROOT in environment.parents else environment
    say("Installing {} packages into {}, once; this takes a minute or two.".format(count, place))
    if run(environment, "-m", "pip", "--version", quiet=True) != 0:  # uv makes environments without pip
        run(environment, "-m", "ensurepip", "--upgrade", quiet=True)
    pip = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--root-user-action=ignore"]
    # The builder is in the lock as well, so labkit itself is built without a download.
    itself = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    for arguments in (["--requirement", str(lock)], itself):
        if run(environment, *(pip + arguments)) != 0:
            raise SetupError(
                "pip could not install the packages into {}; what it said is above.\n"
                "Check the network and the space on the disk, then run make again: it goes on from here.".format(place)
            )


def run(environment: Path, *arguments: str, **options: bool) -> int:
    """Runs an environment's Python and returns its exit status."""
    output = subprocess.DEVNULL if options.get("quiet") else None
    return subprocess.call([str(python(environment)), *arguments], stdout=output, stderr=output, cwd=str(ROOT))


def setup(variables: "dict[str, str]") -> Path:
    """Makes sure that the environment is there and complete, and returns it."""
    environment = find(variables)
    own = environment == ROOT / ".venv"
    found = version(python(environment))
    if not found and not own:
        raise SetupError("The active environment {} has no Python. Run deactivate, then make.".format(environment))
    if not found:
        create(environment)
        found = version(python(environment))
    remedy = "Run make clean, then make lab." if own else "Leave that environment (deactivate), or activate another."
    require(found, "the one in {}".format(environment), remedy)
    mark = environment / INSTALLED
    wanted = fingerprint(found)
    if not mark.exists() or mark.read_text() != wanted:
        if mark.exists():
            mark.unlink()  # so an interrupted installation is taken up again
        install(environment)
        mark.write_text(wanted)
    return environment


def replace(environment: Path, arguments: "list[str]", variables: "dict[str, str]") -> None:
    """Becomes the environment's Python, with the environment active for whatever that starts."""
    variables["PATH"] = os.pathsep.join([str(scripts(environment)), variables.get("PATH", os.defpath)])
    if environment == ROOT / ".venv":
        variables["VIRTUAL_ENV"] = str(environment)
    sys.stdout.flush()
    if os.name == "nt":  # exec returns to the shell at once there
        sys.exit(subprocess.call([str(python(environment)), *arguments], env=variables))
    os.execve(str(python(environment)), [str(python(environment)), *arguments], variables)


def say(message: str) -> None:
    """Tells the student, at once, also through a pipe."""
    print(message, flush=True)


def main(arguments: "list[str]") -> int:
    """Does what the first argument names."""
    verb = arguments[0] if arguments else ""
    variables = dict(os.environ)
    try:
        if verb == "setup":
            setup(variables)
        elif verb == "run":
            replace(setup(variables), arguments[1:], variables)
        elif verb == "python":
            say(str(python(find(variables))))
        else:
            sys.stderr.write("usage: python3 labkit/environment.py setup | python | run ARGUMENT...\n")
            return 2
    except SetupError as error:
        sys.stderr.write("{}\n".format(error))
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted. Run make again: it goes on from here.\n")
        sys.exit(130)
