"""How far the work is, on stderr, for whoever waits there."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.progress import Progress, ProgressColumn

Item = TypeVar("Item")


def counted(batches: Iterable[Sequence[Item]], noun: str, *, total: int | None = None) -> Iterator[Sequence[Item]]:
    """Yield ``batches``, showing how many items went by; silent unless stderr is a terminal and stdout is not."""
    # Where both are the terminal, the answers themselves show that work goes on.
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield from batches
        return
    from rich.progress import MofNCompleteColumn

    with _bar(MofNCompleteColumn()) as progress:
        task = progress.add_task(noun, total=total)
        for batch in batches:
            yield batch
            progress.advance(task, len(batch))


@contextmanager
def stages(*, always: bool) -> Iterator[Callable[[str, int], None]]:
    """Yield what is told the stage of the work and its percent.

    It shows a bar to whoever waits at a terminal; elsewhere, and where ``always``, a line as each stage begins.
    """
    if sys.stderr.isatty():
        from rich.progress import TaskProgressColumn

        with _bar(TaskProgressColumn()) as progress:
            task = progress.add_task("starting", total=100)
            yield lambda stage, percent: progress.update(task, completed=percent, description=stage)
        return
    begun = set[str]()

    def line(stage: str, percent: int) -> None:
        if always and stage not in begun:
            begun.add(stage)
            typer.echo(f"{percent:3d} % {stage}", err=True)

    yield line


def _bar(measure: ProgressColumn) -> Progress:
    """Return a bar that is gone when all is done; ``measure`` says how much is."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), measure, TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
