"""A folder that modules share, each locked up by itself: it outlives them, and nothing in it is believed."""

import contextlib
import os
import signal
import textwrap
from dataclasses import replace

import pytest

from labkit.checks.servers import Servers
from labkit.module.source import Module
from labkit.sandbox.setup import SHARED, Setup
from labkit.sandbox.shared import Folder

pytestmark = pytest.mark.sandbox

NOTE = """
    import os
    from contextlib import asynccontextmanager
    from fastapi import FastAPI

    @asynccontextmanager
    async def lifespan(app):
        yield
        note("end")

    app = FastAPI(lifespan=lifespan)

    @app.get("/{word}")
    def note(word: str):
        with open(os.environ["NOTES"], "a") as notes:
            notes.write(word + " ")
        return open(os.environ["NOTES"]).read()
"""
SETUP = Setup({"NOTES": f"{SHARED}/notes"})


@pytest.fixture
def folder():
    """A folder to share."""
    with Folder() as made:
        yield made


def test_two_modules_share_a_folder(folder, tier):
    """What one writes the other reads, and adds to; at SIGTERM one ends as a server does, and what it wrote is left."""
    with contextlib.closing(Servers(Module("student", textwrap.dedent(NOTE)), tier.lock or tier.name)) as servers:
        first, second = (
            servers(replace(SETUP, shared=folder.path, interpreter=number), fresh=True) for number in (0, 1)
        )
        assert first.api.get("/one").json == "one "
        assert second.api.get("/two").json == "one two "
        assert first.signal(signal.SIGTERM)
        assert first.gone(30.0)
        assert not first.alive
        assert servers.ended() == ""
        assert second.api.get("/three").json == "one two end three "
    assert folder.read("notes") == "one two end three "


def test_nothing_in_it_is_followed(folder, tmp_path):
    """A link, a folder and a pipe that somebody has made there read as nothing, and nobody waits for them."""
    (tmp_path / "secret").write_text("secret")
    (folder.path / "link").symlink_to(tmp_path / "secret")
    (folder.path / "folder").mkdir()
    os.mkfifo(folder.path / "pipe")
    assert [folder.read(name) for name in ("link", "folder", "pipe", "nowhere")] == [""] * 4


def test_it_is_gone_after_its_block():
    """Nothing is left of it."""
    with Folder() as made:
        made.write("deep/file", b"")
    assert not made.path.parent.exists()
