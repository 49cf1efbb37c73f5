"""Lets nbgrader's zip_collect know whose a file is, by what `python -m autograder collect` knows of platforms."""

from __future__ import annotations

import os
from pathlib import PurePosixPath

from nbgrader.plugins import FileNameCollectorPlugin

from autograder.lms import naming
from autograder.lms.roster import folder


class PlatformCollector(FileNameCollectorPlugin):
    """Reads the names that learning platforms give. A pattern of one's own, `named_regexp`, goes first."""

    def _match(self, filename: str) -> dict[str, str] | None:
        """Return who a file is from, and what it is called; None for a name that no platform makes."""
        if self.named_regexp:
            return super()._match(filename)
        claim = naming.read(PurePosixPath(*filename.replace(os.sep, "/").split("/")[-2:]))
        if claim is None:
            self.log.warning("No learning platform calls a file like this: %s", filename)
            return None
        found = {"student_id": folder(claim.label), "file_id": naming.without_copy(PurePosixPath(claim.file).name)}
        return found | ({"timestamp": f"{claim.handed_in:%Y-%m-%d %H:%M:%S}"} if claim.handed_in else {})
