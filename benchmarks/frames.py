"""How fluent pages are while they are looked at: the time between two frames that Chromium draws of each.

    python benchmarks/frames.py ADDRESS...    ends when its input does, and prints a line of JSON

A page that is busy draws no frame, so the longest pause between two is how long it has been stuck. It runs in a process
of its own beside what is measured; `benchmarks/class_board.py` starts it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

from playwright.sync_api import sync_playwright

TELL = """
window.pauses = [];
let before = null;
const drawn = (now) => {
    if (before !== null) window.pauses.push(now - before);
    before = now;
    requestAnimationFrame(drawn);
};
requestAnimationFrame(drawn);
"""


def chromium() -> str | None:
    """The path of Chromium, if it is installed."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, (shutil.which(name) for name in names if name)), None)


class Screen:
    """Pages in a browser, in a process of its own."""

    def __init__(self, pages: Mapping[str, str]) -> None:
        """Open them, if there is a browser.

        Args:
            pages: the address of each, by its name.
        """
        self.names = [*pages]
        self.process: subprocess.Popen[str] | None = None
        if chromium():
            command = [sys.executable, __file__, *pages.values()]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            assert self.process.stdout is not None
            self.process.stdout.readline()

    def close(self) -> list[tuple[str, str]]:
        """Close them, and return a row of a table for each."""
        if self.process is None:
            return [("between two frames", "no Chromium is installed")]
        printed, _ = self.process.communicate()
        return [_row(name, pauses) for name, pauses in zip(self.names, json.loads(printed), strict=True)]


def _row(name: str, pauses: list[float]) -> tuple[str, str]:
    pauses.sort()
    middle, late = (pauses[int(part * len(pauses))] for part in (0.5, 0.999))
    return f"between two frames of the {name}", f"{middle:.0f} ms, of 1000 one {late:.0f}, most {pauses[-1]:.0f}"


def main() -> None:
    """Look at each address until nobody wants to know any more."""
    with sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium's sandbox does not start for root
        browser = playwright.chromium.launch(executable_path=chromium(), args=sandbox)
        pages = []
        for address in sys.argv[1:]:
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.add_init_script(TELL)
            page.goto(address)
            pages.append(page)
        print("looking", flush=True)
        sys.stdin.read()
        print(json.dumps([page.evaluate("window.pauses") for page in pages]))
        browser.close()


if __name__ == "__main__":
    main()
