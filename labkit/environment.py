"""Sets up the Python environment of the workbook.

Run by path, before anything is installed:

    python3 labkit/environment.py setup                installs what requirements.lock lists, where that is not done yet
    python3 labkit/environment.py python               prints the path of the environment's Python
    python3 labkit/environment.py run ARGUMENT...      sets up, then runs the environment's Python with these arguments

It must start on any Python 3.6 or newer, with nothing installed, or it could not tell a student that the Python is
too old. So: the standard library only, and no syntax or annotation from later versions.
"""

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
INSTALLED = "labkit-installed"  # the file in the environment that says what was installed into it
UNDER_WAY = "labkit-installing"  # the file that says what may be half installed
UV_VARIABLES = {  # by which uv is told what pip's options say
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "no-index": "UV_OFFLINE",
    "find-links": "UV_FIND_LINKS",
    "constraint": "UV_CONSTRAINT",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
}


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


def inactive(package: str) -> str:
    """What to do about a Python that has none of the workbook's packages."""
    activate = ".venv\\Scripts\\activate" if os.name == "nt" else ". .venv/bin/activate"
    return (
        "{} has no {}: it is not the workbook's Python. In this shell say first:\n"
        "  {}\n"
        "Whatever make is asked for first, as `make data`, makes that environment."
    ).format(sys.executable or "python", package, activate)


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
    """Installs the packages of requirements.lock, then labkit itself, as it lies here: by uv, or else by pip."""
    packages = [line for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line]
    place = environment.relative_to(ROOT) if ROOT in environment.parents else environment
    say("Installing {} packages into {}, once.".format(len(packages), place))
    try:
        fill(environment, uv(environment, packages), packages, **pip_settings(environment))
        return
    except subprocess.CalledProcessError:
        say("uv does not install them here, so pip does, which takes a few minutes.")
    try:
        fill(environment, pip(environment), packages)
    except subprocess.CalledProcessError as failed:
        said = failed.output.decode(errors="replace").splitlines()
        raise SetupError(
            "{}\npip could not install the packages into {}; what it said is above.\n"
            "Check the network and the space on the disk, then run make again: it goes on from here.".format(
                "\n".join(said[-12:]), place
            )
        ) from None


def fill(environment: Path, installer: "list[str]", packages: "list[str]", **settings: str) -> None:
    """Lets pip or uv install everything, a tenth at a time, and says how far it is."""
    installer = [*installer, "--no-deps"]  # nothing is missing in the lock, so a part of it can do without the rest
    tenth = len(packages) // 10 + 1
    # What is broken off in the middle leaves a package that is half there, and taken for whole the next time.
    under_way = environment / UNDER_WAY
    doubtful = set(under_way.read_text().splitlines()) if under_way.exists() else set()
    try:
        for done in range(0, len(packages), tenth):
            progress(done, len(packages))
            part = packages[done : done + tenth]
            under_way.write_text("\n".join(doubtful.union(part)))
            call([*installer, *part, *(["--force-reinstall"] if doubtful.intersection(part) else [])], **settings)
        progress(len(packages), len(packages))
        # The builder is in the lock as well, so labkit itself is built without a download.
        call([*installer, "--no-build-isolation", "--editable", str(ROOT)], **settings)
        under_way.unlink()
    finally:
        if sys.stdout.isatty():
            say("")  # whatever comes next begins a line


def progress(done: int, count: int) -> None:
    """Says how far it is: always on the same line in a terminal, on a line of its own in a file."""
    line = "  {} of {}".format(done, count)
    if sys.stdout.isatty():
        print("\r" + line, end="", flush=True)
    else:
        say(line)


def pip(environment: Path) -> "list[str]":
    """The command by which pip installs."""
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--root-user-action=ignore"]
    return [str(python(environment)), "-m", "pip", "install", *options]


def uv(environment: Path, packages: "list[str]") -> "list[str]":
    """The command by which uv installs, several times as fast as pip, which has to bring it first."""
    interpreter = str(python(environment))
    try:
        call([interpreter, "-m", "pip", "--version"])
    except subprocess.CalledProcessError:  # uv makes environments without pip
        call([interpreter, "-m", "ensurepip", "--upgrade"])
    pins = [line for line in packages if line.startswith("uv==")]
    call([*pip(environment), "--no-deps", "--only-binary=:all:", *pins])  # to build it takes longer than it saves
    # As pip does it: a version may be in any index, and modules are compiled now. The judge's servers, and Python under
    # PYTHONDONTWRITEBYTECODE, would compile them at each start.
    options = ["--python", interpreter, "--index-strategy=unsafe-best-match", "--compile-bytecode"]
    return [interpreter, "-m", "uv", "pip", "install", *options]


def pip_settings(environment: Path) -> "dict[str, str]":
    """What pip is configured to do, as variables of uv, which does not read pip's configuration."""
    listed = call([str(python(environment)), "-m", "pip", "config", "list"])
    settings = {}
    for section in ("global", "install", ":env:"):  # each overrules the one before
        for option, value in re.findall("^{}[.](.+?)=(.+?)$".format(section), listed, re.MULTILINE):
            if option in UV_VARIABLES:
                separator = "," if option == "find-links" else " "
                settings[UV_VARIABLES[option]] = separator.join(ast.literal_eval(value).split())
    return settings


def call(command: "list[str]", **settings: str) -> str:
    """Runs a command and returns what it says. Where it fails, that is in the CalledProcessError."""
    variables = dict(os.environ, **settings)
    said = subprocess.check_output(command, stderr=subprocess.STDOUT, cwd=str(ROOT), env=variables)
    return said.decode(errors="replace")


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
