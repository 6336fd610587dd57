"""Why a part of a record could not be read, in our words and never in those of the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from epicrisis.domain.patients import Missing

ELSEWHERE = "A file of it is kept elsewhere, and nothing is fetched; send it too."
ENCODING = "A file of it is in an encoding that is not read."
PICTURE = "A file of it is a picture without words; read it with OCR, and send its text."
TOO_MUCH = "Its notes hold more than is read at once."
UNNAMED = "What it is about is not said."
UNREADABLE = "A file of it cannot be read."


class Troubles:
    """What could not be read so far, by type and why."""

    def __init__(self) -> None:
        """Begin with none."""
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, kind: str, why: str) -> None:
        """Count a resource of ``kind``, or a part of one, that could not be read."""
        self._counts[kind, why] += 1

    def missing(self) -> Iterator[Missing]:
        """Yield each reason once, with how often there was one."""
        for (kind, why), count in sorted(self._counts.items()):
            yield Missing(kind, f"{why} ({count})" if count > 1 else why)
