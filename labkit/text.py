"""Makes what others have said safe to show: texts of students, of their servers and of their processes."""

from __future__ import annotations

import re
from itertools import islice

_WORD = re.compile(r"\S+")


def one_line(text: str, width: int) -> str:
    """Return a text as one line that is no longer than a width and can be shown anywhere.

    What cannot be printed, as a control character or half a surrogate, stands there as an escape. Of a huge text no
    more is looked at than can be shown.
    """
    words = islice(_WORD.finditer(text), width + 1)
    line = " ".join(text[word.start() : min(word.end(), word.start() + width + 1)] for word in words)[: width + 1]
    line = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)
    return line if len(line) <= width else line[: width - 3] + "..."
