from dataclasses import dataclass
from typing import Any


@dataclass
class Class:
    lab: Any
    records: Any


def page(classes):
    return "x"
