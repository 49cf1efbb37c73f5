"""What a student does in JupyterLab, and what there is to see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page

# JupyterLab's own objects are asked for what stands in the notebook, because what is scrolled away is not drawn.
# Everything that a student does is done with mouse and keyboard.
_NOTEBOOK = "window.jupyterapp.shell.currentWidget.content"
_CELLS = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell"
_READY = "() => window.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel?.status === 'idle'"
# The launcher, which JupyterLab puts where nothing else is open, makes room.
_OPEN = """async path => {
    await window.jupyterapp.commands.execute('docmanager:open', {path});
    [...window.jupyterapp.shell.widgets('main')].filter(widget => !widget.context).forEach(widget => widget.dispose());
}"""
_SOURCES = f"() => {_NOTEBOOK}.widgets.map(cell => cell.model.sharedModel.getSource())"
_OUTPUTS = f"place => {_NOTEBOOK}.widgets[place].model.sharedModel.toJSON().outputs ?? []"
_RUN = f"""place => {{
    const cell = {_NOTEBOOK}.widgets[place].model;
    return cell.executionState === 'idle' && cell.executionCount !== null;
}}"""
_CODE = f"{_NOTEBOOK}.widgets.map(cell => cell.model).filter(cell => cell.type === 'code')"
_ALL_CLEAR = f"() => {_CODE}.some(cell => cell.executionState !== 'idle' || cell.executionCount === null)"
_OUTPUTS_OF_ALL = f"{_CODE}.flatMap(cell => cell.sharedModel.toJSON().outputs)"
_RAISED = f"() => {_OUTPUTS_OF_ALL}.some(output => output.output_type === 'error')"
_ALL_RUN = f"() => {_CODE}.every(cell => cell.executionState === 'idle' && cell.executionCount !== null)"


ALL_CELLS = 1200
"""How many seconds all cells together may take: some start servers and wait for them, on a loaded machine."""


LOOK = 200
"""How many milliseconds lie between two looks at cells that run: looking at each frame takes the time they need."""


@dataclass(frozen=True)
class Notebook:
    """A notebook that is open in JupyterLab."""

    page: Page
    name: str

    @classmethod
    def open(cls, page: Page, name: str) -> Notebook:
        """Open a notebook in JupyterLab, and wait until its kernel is there."""
        page.evaluate(_OPEN, f"notebooks/{name}.ipynb")
        return cls.opened(page, name)

    @classmethod
    def opened(cls, page: Page, name: str) -> Notebook:
        """The notebook that the page opens with, once its kernel is there."""
        page.wait_for_function(_READY)
        page.locator(_CELLS).first.wait_for()
        return cls(page, name)

    def sources(self) -> list[str]:
        """The text of every cell."""
        found: list[str] = self.page.evaluate(_SOURCES)
        return found

    def find(self, beginning: str, part: str = "") -> int:
        """The place of the cell that begins like this, and has this in it."""
        return next(
            place for place, source in enumerate(self.sources()) if source.startswith(beginning) and part in source
        )

    def cell(self, place: int) -> Locator:
        """A cell, scrolled into view."""
        cell = self.page.locator(_CELLS).nth(place)
        cell.scroll_into_view_if_needed()
        return cell

    def run(self, place: int) -> str:
        """Click into a cell, press Shift+Enter, and return the text of its output."""
        self.cell(place).locator(".cm-content").first.click()
        return self._run(place)

    def type(self, place: int, source: str) -> None:
        """Replace what stands in a cell."""
        self.cell(place).locator(".cm-content").first.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)

    def write(self, place: int, source: str) -> str:
        """Replace what stands in a cell, and run it."""
        self.type(place, source)
        return self._run(place)

    def add(self, place: int, source: str) -> tuple[int, str]:
        """Insert a cell below another and run it; return its place and the text of its output."""
        self.cell(place).locator(".jp-InputPrompt").first.click()
        self.page.keyboard.press("Escape")
        before = len(self.sources())
        self.page.keyboard.press("b")
        self.page.wait_for_function(f"before => {_NOTEBOOK}.widgets.length > before", arg=before)
        return place + 1, self.write(place + 1, source)

    def check(self, exercise: str) -> str:
        """Run an exercise's check cell."""
        return self.run(self.find(f'lab.check("{exercise}")'))

    def outputs(self, place: int) -> list[dict[str, Any]]:
        """What a cell has put out, as it stands in the notebook."""
        found: list[dict[str, Any]] = self.page.evaluate(_OUTPUTS, place)
        return found

    def text(self, place: int) -> str:
        """The plain-text form of a cell's output."""
        return "".join(_text(output) for output in self.outputs(place))

    def shown(self, place: int) -> Locator:
        """A cell's output as it is drawn."""
        return self.cell(place).locator(".jp-Cell-outputWrapper")

    def scroll_to(self, place: int) -> None:
        """Scroll until a cell is the first on the screen."""
        self.cell(place).evaluate("cell => cell.scrollIntoView({block: 'start'})")

    def stderr(self) -> list[str]:
        """Everything in the notebook that was put out as an error."""
        outputs = [output for place in range(len(self.sources())) for output in self.outputs(place)]
        return [
            _text(output) for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"
        ]

    def menu(self, *path: str) -> None:
        """Choose from the menu bar."""
        self.page.locator(".lm-MenuBar-item", has_text=path[0]).first.click()
        for name in path[1:]:
            self.page.locator(".lm-Menu-item", has_text=name).first.click()

    def save(self) -> None:
        """Press Ctrl+S, and wait until the notebook is on the disk."""
        self.page.keyboard.press("Control+S")
        self.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")

    def theme(self, name: str) -> None:
        """Change JupyterLab's theme: Light or Dark."""
        self.menu("Settings", "Theme", f"JupyterLab {name}")
        self.page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=f"JupyterLab {name}")

    def run_all(self) -> None:
        """Choose that from the menu, and wait until every cell has run."""
        self.menu("Run", "Run All Cells")
        self._wait_for_all()

    def restart_and_run_all(self) -> None:
        """Choose that from the menu, say yes, and wait until every cell has run."""
        self.menu("Kernel", "Restart Kernel and Run All Cells")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.wait_for_function(_ALL_CLEAR)
        self._wait_for_all()

    def _wait_for_all(self) -> None:
        ended = f"() => ({_ALL_RUN})() || ({_RAISED})()"
        self.page.wait_for_function(ended, timeout=ALL_CELLS * 1000, polling=LOOK)
        assert self.page.evaluate(_ALL_RUN), self.stderr()  # what raises keeps the cells below from running

    def _run(self, place: int) -> str:
        self.page.evaluate(f"place => {{ {_NOTEBOOK}.widgets[place].model.executionCount = null }}", place)
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function(_RUN, arg=place, polling=LOOK)
        return self.text(place)


def _text(output: dict[str, Any]) -> str:
    """The plain text of one output of nbformat."""
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}"
    text = output.get("text", output.get("data", {}).get("text/plain", ""))
    return "".join(text)
