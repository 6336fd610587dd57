"""Files that are there whole or not at all, so that a run which was stopped never takes half of one for done."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """Yield a name beside ``path`` to write to; the file takes its own name once it is whole and on the disk."""
    beside = path.with_name(f"{path.name}.part")
    try:
        yield beside
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
