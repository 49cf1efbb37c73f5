"""Judges on a Dask cluster: the same work, with the code, the checks and the course travelling along."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from autograder.authoring import bundle
from autograder.workers.pool import Failed
from autograder.workers.tasks import TIER
from labkit.paths import HOME

PATIENCE = 30
"""How long to wait for the scheduler and its first worker, in seconds."""
_AHEAD = 3
"""How many pieces of work wait for each that is done: enough to keep every worker busy, and no class in memory."""
_FOLDERS = ("labkit/**/*", "autograder/**/*", "notebooks/*.ipynb")


class NoCluster(RuntimeError):
    """The cluster cannot be used; the message says why and what to do."""


class Cluster:
    """The workers of a Dask cluster. Use it in a `with` block."""

    machine = ""

    def __init__(self, address: str) -> None:
        try:
            import cloudpickle
            from distributed import Client

            from autograder.workers import dask_plugin
        except ImportError:
            raise NoCluster("Dask is not installed: pip install distributed, in the version of the lock.") from None
        cloudpickle.register_pickle_by_value(dask_plugin)
        try:
            self._client = Client(address, timeout=PATIENCE, set_as_default=False)
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, TimeoutError, ValueError) as problem:
            raise NoCluster(f"No Dask cluster answers at {address}: start one, with a worker. ({problem})") from None
        archive = code()
        self._name = f"autograder-{hashlib.sha256(archive).hexdigest()[:16]}"
        self._client.register_plugin(dask_plugin.Code(self._name, archive))
        self._call = dask_plugin.caller(self._name)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def tier(self) -> str:
        """The names of the sandboxes of its workers, which are one if the machines are alike."""
        work = pickle.dumps((TIER, None))
        asked = [self._submit(work, workers=[address]) for address in self._client.nthreads()]
        answers = {_answer(future) for future in asked}
        for answer in answers:
            if isinstance(answer, Failed):
                raise NoCluster(f"A worker of the cluster cannot judge: {answer.reason}.")
        return " ".join(sorted(answers))

    def run(self, function: str, arguments: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        """Call a function for every argument, and yield the number of the argument and the answer, as they come.

        Work that was lost with its worker goes to another one; Dask sees to that.
        """
        from distributed import as_completed

        source = enumerate(arguments)
        running = as_completed(loop=self._client.loop)
        numbers: dict[str, int] = {}

        def more() -> None:
            wanted = _AHEAD * sum(self._client.nthreads().values()) - len(numbers)
            for number, argument in islice(source, max(1, wanted)):
                future = self._submit(pickle.dumps((function, argument)))
                numbers[future.key] = number
                running.add(future)

        more()
        for future in running:
            yield numbers.pop(future.key), _answer(future)
            more()

    def _submit(self, work: bytes, **options: Any) -> Any:
        return self._client.submit(self._call, work, pure=False, **options)


def code() -> bytes:
    """Return all that judging needs, as a zip: same files, same bytes."""
    return bundle.archive(HOME, bundle.matching(HOME, _FOLDERS))


def _answer(future: Any) -> Any:
    try:
        return pickle.loads(future.result())  # noqa: S301 (our own code wrote it)
    except Exception as problem:  # noqa: BLE001 (whatever happened in the cluster, the batch goes on)
        return Failed(f"the cluster lost it, {type(problem).__name__}: {problem}".rstrip("."))
