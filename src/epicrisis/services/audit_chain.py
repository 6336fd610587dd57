"""What makes the audit log tell of every change: each row is linked to the one before, under a key of its own.

The link of a row is an HMAC-SHA-256 over its number, the link before it and what it says (as in Schneier and Kelsey,
"Secure audit logs to support computer forensics", 1999). The head says how many rows there are and what the last link
is, sealed under another key, so that rows cannot be taken off the end either.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TypeAlias

from epicrisis.services.derived import derived

BEGINNING = bytes(32)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row as it is kept: its number, counted from 1, what it says, and its link."""

    number: int
    entry: bytes
    link: bytes


@dataclass(frozen=True, slots=True)
class AuditHead:
    """Where the log ends: how many rows it has, the link of the last, and the seal over both."""

    count: int
    link: bytes
    seal: bytes

    def __str__(self) -> str:
        return f"{self.count}:{self.link.hex()}"


# A row and the head that goes with it; they are kept together or not at all.
Grown: TypeAlias = tuple[AuditRow, AuditHead]


class Chain:
    """Links rows and seals heads under keys derived from the secret of the installation."""

    def __init__(self, secret: bytes) -> None:
        self._linking = derived(secret, "epicrisis audit links")
        self._sealing = derived(secret, "epicrisis audit head")
        self._marking = derived(secret, "epicrisis audit documents")

    def link(self, number: int, before: bytes, entry: bytes) -> bytes:
        """Return the link of row ``number``, which says ``entry`` after a row whose link is ``before``."""
        return hmac.digest(self._linking, _counted(number) + before + entry, "sha256")

    def holds(self, row: AuditRow, number: int, before: bytes) -> bool:
        """Return whether ``row`` was written as row ``number``, after one whose link is ``before``."""
        return hmac.compare_digest(row.link, self.link(number, before, row.entry))

    def sealed(self, count: int, link: bytes) -> AuditHead:
        """Return the head of a log of ``count`` rows that ends in ``link``."""
        return AuditHead(count, link, hmac.digest(self._sealing, _counted(count) + link, "sha256"))

    def vouches(self, head: AuditHead) -> bool:
        """Return whether ``head`` was sealed here."""
        return hmac.compare_digest(head.seal, self.sealed(head.count, head.link).seal)

    def break_after(self, count: int) -> bytes:
        """Return what stands in the place of the link before, where a head of ``count`` rows did not hold.

        The log goes on, and says for ever that something happened there: a head that somebody shortened is not mended
        by the next row.
        """
        return hmac.digest(self._linking, b"broken" + _counted(count), "sha256")

    def grown(self, head: AuditHead | None, entry: bytes) -> Grown:
        """Return the next row, which says ``entry``, and the new head."""
        count, before = (0, BEGINNING) if head is None else (head.count, head.link)
        if head is not None and not self.vouches(head):
            before = self.break_after(count)
        link = self.link(count + 1, before, entry)
        return AuditRow(count + 1, entry, link), self.sealed(count + 1, link)

    def mark(self, text: str) -> str:
        """Return what stands for ``text`` in a row: the same for the same text, and nothing to guess a text with."""
        return hmac.digest(self._marking, text.encode("utf-8", "surrogatepass"), "sha256")[:16].hex()


def _counted(number: int) -> bytes:
    return number.to_bytes(8, "big", signed=True)
