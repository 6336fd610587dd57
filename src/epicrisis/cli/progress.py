"""A count of what is done, on stderr, for whoever waits there."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Item = TypeVar("Item")


def counted(batches: Iterable[Sequence[Item]], noun: str, *, total: int | None = None) -> Iterator[Sequence[Item]]:
    """Yield ``batches``, showing how many items went by; silent unless stderr is a terminal and stdout is not."""
    # Where both are the terminal, the answers themselves show that work goes on.
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield from batches
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn(noun), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(noun, total=total)
        for batch in batches:
            yield batch
            progress.advance(task, len(batch))
