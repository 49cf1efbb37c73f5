"""What a student's process says about itself in lab 07, held against its shape: somebody else may have said it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError, field_validator

from labkit.labs.lab07_production.two_apps import STEPS


class Report(BaseModel):
    """What two_apps has to say.

    Attributes:
        said: what went wrong at each step; empty where nothing did.
        shown: how the settings present themselves.
    """

    said: dict[str, str]
    shown: list[str]

    @field_validator("said")
    @classmethod
    def _whole(cls, said: dict[str, str]) -> dict[str, str]:
        if missing := set(STEPS) - said.keys():
            raise ValueError(f"it says nothing of {missing}")
        return said


class Configuration(BaseModel):
    """What gunicorn makes of the student's file.

    Attributes:
        named: the settings that the file names.
        worker_class: the class of the workers, and those that it is made of.
    """

    named: list[str] = []
    bind: list[str] = []
    workers: int = 0
    worker_class: list[str] = []
    timeout: int = 0
    graceful_timeout: int = 0
    reload: bool = False
    daemon: bool = False

    @classmethod
    def of(cls, said: Any) -> Configuration:
        """Read it; one that says nothing where it has not the shape."""
        try:
            return cls.model_validate(said)
        except ValidationError:
            return cls()
