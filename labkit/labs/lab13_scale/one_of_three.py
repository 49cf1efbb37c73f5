"""A replica of the student's module, which also tells how many rows each call of its model had.

MODULE=labs/lab13_scale.py uvicorn labkit.labs.lab13_scale.one_of_three:app
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fastapi.responses import JSONResponse

from labkit.labs.lab13_scale.setups import CALLS
from labkit.module import loading

_SECONDS = 60.0
_sizes: list[int] = []


def _counted(classify: Callable[[Sequence[Any]], Any]) -> Callable[[Sequence[Any]], Any]:
    def counting(rows: Sequence[Any]) -> Any:
        _sizes.append(len(rows))
        return classify(rows)

    return counting


_loaded = loading.load(Path(os.environ["MODULE"]), _SECONDS)
_module: Any = _loaded.module
_module.classify = _counted(_module.classify)  # looked up at each call


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer as the module does, and tell of its calls."""
    if scope["type"] == "http" and scope["path"] == CALLS:
        await JSONResponse(_sizes)(scope, receive, send)
    else:
        await _loaded.app(scope, receive, send)
