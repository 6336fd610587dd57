"""Records that were written by hand, as they stand in their files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.errors import EpicrisisError
from epicrisis_lab.errors import NothingToScore, UnreadableFile


@dataclass(frozen=True, slots=True)
class GoldRecord:
    """A note, and what a careful reader wrote down of it: its lists as in the file."""

    document: Document
    lists: Mapping[str, Any]

    def items(self, name: str) -> Sequence[Mapping[str, Any]]:
        """Return the items of the list ``name``."""
        found: Sequence[Mapping[str, Any]] = self.lists[name]
        return found

    def quoted(self, quote: str | Mapping[str, Any] | None) -> str:
        """Return the words of ``quote``, nothing where there is none."""
        if quote is None:
            return ""
        return quote if isinstance(quote, str) else str(quote["words"])

    def place(self, quote: str | Mapping[str, Any]) -> Span:
        """Return where ``quote`` stands: at its ``nth`` standing, or its first."""
        words, number = self.quoted(quote), 1 if isinstance(quote, str) else int(quote["nth"])
        start = -1
        while number:
            start = self.document.text.index(words, start + 1)
            number -= not _runs_on(self.document.text, start, start + len(words))
        return Span(start, start + len(words))


def load_records(files: Sequence[Path], language: str | None = None) -> list[GoldRecord]:
    """Read ``files``, one record each; where ``language`` is given, records in another are left out.

    Raises:
        UnreadableFile: a file is missing, or is no record.
        NothingToScore: no record is left.
    """
    records = [_read(file) for file in files]
    chosen = [record for record in records if language in {None, record.document.language}]
    if not chosen:
        raise NothingToScore("These files hold no record in that language; name tests/golden/records/*.json.")
    return chosen


def _read(file: Path) -> GoldRecord:
    try:
        lists = json.loads(file.read_text(encoding="utf-8"))
        return GoldRecord(Document(lists["id"], lists["text"], lists["language"]), lists)
    except OSError as cause:
        raise UnreadableFile(f"{file} cannot be opened: {cause.strerror}.") from cause
    except (ValueError, KeyError, TypeError, EpicrisisError) as cause:
        raise UnreadableFile(
            f"{file} is no record; tests/golden/records/README.md says what one looks like."
        ) from cause


def _runs_on(text: str, start: int, end: int) -> bool:
    """Return whether a letter touches a letter, or a digit a digit, at either end of ``text[start:end]``."""
    return _same_kind(text[start - 1 : start], text[start]) or _same_kind(text[end - 1], text[end : end + 1])


def _same_kind(left: str, right: str) -> bool:
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())
