"""What commands say: for people with progress bars and short lines, with `--json` one JSON object a line."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Output:
    """A command's mouth. Results go to stdout; progress and notices to stderr, or as JSON to stdout too."""

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._bar: Progress | None = None
        self._tasks: dict[str, Any] = {}

    @contextlib.contextmanager
    def progress(self) -> Iterator[None]:
        """Show progress bars while the body runs, where there is a terminal."""
        if self.as_json or not self._console.is_terminal:
            yield
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._console, transient=True) as bar:
            self._bar = bar
            try:
                yield
            finally:
                self._bar, self._tasks = None, {}

    def step(self, what: str, done: int, total: int) -> None:
        """Tell how far something is."""
        if self.as_json:
            self.emit({"event": "progress", "what": what, "done": done, "total": total})
        elif self._bar is not None:
            if what not in self._tasks:
                self._tasks[what] = self._bar.add_task(what, total=total)
            self._bar.update(self._tasks[what], completed=done, total=total)

    def notice(self, message: str) -> None:
        """Tell what a person should know and that stops nothing."""
        if self.as_json:
            self.emit({"event": "notice", "message": message})
        else:
            self._console.print(f"note: {message}", markup=False)

    def result(self, text: str, **values: Any) -> None:
        """Tell a result: the text to people, the values to programs."""
        if self.as_json:
            self.emit({"event": "result", **values})
        else:
            typer.echo(text)

    def say(self, message: str) -> None:
        """Tell people, and no program, what goes on."""
        if not self.as_json:
            self._console.print(message, markup=False)

    def emit(self, value: dict[str, Any]) -> None:
        """Write one line for programs."""
        typer.echo(json.dumps(value, ensure_ascii=False, default=str))
