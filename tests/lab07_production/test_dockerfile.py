"""A Dockerfile, read: what it says, what its image will be like, and what its command serves."""

import textwrap

import pytest

from labkit.labs.lab07_production import command
from labkit.labs.lab07_production import image as container
from labkit.labs.lab07_production.dockerfile import Dockerfile
from labkit.labs.lab07_production.hadolint import lint


def read(text):
    return Dockerfile(textwrap.dedent(text))


def test_lines_comments_and_heredocs_are_read_as_docker_reads_them():
    """Continued lines are one instruction, comments between them are none, and a heredoc belongs to its line."""
    file = read(
        """\
        # escape=`
        FROM python:3.12-slim
        ENV ONE=1 `
            # of two
            TWO="two words"
        RUN <<EOF
        echo FROM nowhere
        EOF
        COPY --chown=1:1 --link a b /c/
        """
    )
    assert [one.name for one in file.instructions] == ["FROM", "ENV", "RUN", "COPY"]
    assert file.environment == {"ONE": "1", "TWO": "two words"}
    assert file.instructions[2].heredocs == ("echo FROM nowhere",)
    assert file.instructions[3].flags == {"chown": "1:1", "link": ""}
    assert [one.line for one in file.instructions] == [2, 3, 6, 9]


def test_stages_inherit():
    """The image is the last stage and those it builds on; what only other stages say does not count."""
    file = read(
        """\
        ARG TAG=3.13
        FROM python:${TAG}-slim AS base
        USER app
        FROM base AS tools
        USER root
        FROM base
        ENV WHO=me
        CMD ["uvicorn"]
        """
    )
    assert file.base == "python:3.13-slim"
    assert file.value("USER") == "app"
    assert [stage.name for stage in file.chain] == ["base", ""]


def test_variables_are_filled_in_where_they_are_known():
    """A variable stands for its ENV or ARG, or for the default that is written beside it."""
    file = read("FROM x\nARG UID=7\nUSER ${UID}:${GID:-8}\n")
    assert file.value("USER") == "7:8"


@pytest.mark.parametrize(
    ("image", "fine"),
    [
        ("python:3.11-slim", True),
        ("python:3.14.1-slim-trixie", True),
        ("docker.io/library/python:3.12-slim@sha256:abc", True),
        ("ghcr.io/astral-sh/uv:0.9.5-python3.12-bookworm-slim", True),
        ("python:3.14-rc-slim", True),
        ("python", False),
        ("python:latest", False),
        ("python:3-slim", False),
        ("python:slim", False),
        ("python:3.10-slim", False),
        ("python:3.13", False),
        ("python:3.13-alpine", False),
        ("debian:13-slim", False),
        ("python@sha256:abc", False),
    ],
)
def test_base(image, fine):
    """A slim Python from 3.11 on, with a tag that says which."""
    assert (container.base(read(f"FROM {image}\n")) is None) is fine


@pytest.mark.parametrize(
    ("lines", "fine"),
    [
        ("COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .", True),
        ("COPY pyproject.toml uv.lock ./\nRUN uv sync --locked\nCOPY src ./src", True),
        ("RUN pip install fastapi==1\nCOPY main.py .", True),
        ('COPY ["requirements.txt", "/"]\nRUN ["pip", "install", "-r", "/requirements.txt"]\nADD main.py /', True),
        ("RUN pip install uv\nCOPY . .\nRUN uv sync", False),
        ("COPY . .\nRUN python -m pip install --no-cache-dir -r requirements.txt", False),
        ("COPY main.py .\nRUN <<EOF\npip install fastapi\nEOF", False),
        ("COPY main.py .", False),
        ("COPY requirements.txt .\nRUN pip install -r requirements.txt", False),
    ],
)
def test_order(lines, fine):
    """The packages are installed where no code is there yet, and the code comes after."""
    assert (container.order(read(f"FROM python:3.12-slim\n{lines}\n")) is None) is fine


@pytest.mark.parametrize(
    ("line", "fine"),
    [
        ("ENV API_KEY=abc", False),
        ("ENV API_KEY abc", False),
        ("ENV MODEL=a DB_PASSWORD=b", False),
        ("ARG TOKEN", False),
        ("COPY .env.production ./", False),
        ("COPY certs/server.pem /", False),
        ("RUN export API_KEY=abc && true", False),
        ('CMD ["sh", "-c", "API_KEY=abc uvicorn a:b"]', False),
        ("COPY <<EOF /conf\nAPI_KEY=abc\nEOF", False),
        ('ENV API_KEY=""', True),
        ("ENV KEYBOARD=de API_KEY_FILE=/run/secrets/key", True),
        ("RUN --mount=type=secret,id=key API_KEY=$(cat /run/secrets/key) true", True),
        ("COPY environment.yml ./", True),
    ],
)
def test_secrets(line, fine):
    """A secret in a variable, a command, a heredoc or a file that is copied is seen."""
    assert (container.secrets(read(f"FROM python:3.12-slim\n{line}\n")) is None) is fine


@pytest.mark.parametrize(
    ("lines", "program", "reachable"),
    [
        ('CMD ["uvicorn", "m:app", "--host", "0.0.0.0"]', "uvicorn", True),
        ('CMD ["python", "-m", "uvicorn", "m:app", "--host=::"]', "uvicorn", True),
        ('ENV UVICORN_HOST=0.0.0.0\nCMD ["uvicorn", "m:app"]', "uvicorn", True),
        ('CMD ["uvicorn", "m:app"]', "uvicorn", False),
        ('CMD ["uvicorn", "m:app", "--uds", "/s"]', "uvicorn", False),
        ('ENTRYPOINT ["tini", "--"]\nCMD ["gunicorn", "-b", ":80", "m:app"]', "gunicorn", True),
        ('CMD ["gunicorn", "-b127.0.0.1:80", "m:app"]', "gunicorn", False),
        ('CMD ["gunicorn", "m:app"]', "gunicorn", True),
        ('CMD ["fastapi", "run"]', "fastapi run", True),
        ('CMD ["fastapi", "run", "--host", "127.0.0.1"]', "fastapi run", False),
        ('CMD ["fastapi", "dev", "m.py"]', "fastapi dev", False),
        ('ENV P=80\nCMD ["sh", "-c", "exec uvicorn m:app --host 0.0.0.0 --port $P"]', "uvicorn", True),
        ('CMD ["uv", "run", "granian", "--host", "0.0.0.0", "m:app"]', "granian", True),
    ],
)
def test_command(lines, program, reachable):
    """The server is found behind what stands around it, and so is the address that it listens on."""
    file = read(f"FROM x\n{lines}\n")
    found = command.read(command.words(file), file.environment)
    assert found is not None
    assert (found.program, found.open) == (program, reachable)


def test_no_known_server():
    """A command that starts no server that is known is none."""
    assert command.read(["python", "main.py"], {}) is None


def test_health_check_needs_a_program_that_is_there():
    """A health check with curl is one where curl was installed."""
    check = "HEALTHCHECK CMD curl -f http://127.0.0.1\n"
    assert container.health(read(f"FROM x\n{check}"))
    assert container.health(read(f"FROM x\nRUN apt-get install -y curl\n{check}")) is None
    assert container.health(read("FROM x\nHEALTHCHECK NONE\n"))


def test_hadolint_is_asked_whatever_the_text_says():
    """What hadolint finds has its line in the text, behind heredocs too, and cannot be ignored by a comment."""
    text = "FROM python:3.12-slim\nCOPY <<'E' /a\nx\nE\nRUN <<E\necho a\nE\n# hadolint ignore=DL3000\nWORKDIR app\n"
    assert [(one.code, one.line) for one in lint(text) if one.level == "error"] == [("DL3000", 9)]
