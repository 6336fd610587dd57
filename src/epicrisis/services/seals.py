"""Sealing what is kept: the port others use, and how a text stands in a column, sealed or not yet."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from epicrisis.errors import BrokenSeal

Kept = TypeVar("Kept")

# How a text in a column begins: sealed, or clear where it would otherwise look like one of these two.
_SEALED, _CLEAR = "s1.", "c1."
# A sealed value begins with its version, one byte, and the id of its key, four.
VERSION = b"\x01"
ID_BYTES = 4
HEAD_BYTES = len(VERSION) + ID_BYTES


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value stands; it opens there and nowhere else."""

    table: str
    column: str
    row: str

    def to_bytes(self) -> bytes:
        """Return the place as bytes no other place has: each part behind its length."""
        parts = [part.encode() for part in (self.table, self.column, self.row)]
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


class Seals(Protocol):
    """Encrypts values and vouches that they stand where they were put."""

    @property
    def writes_with(self) -> str:
        """The id of the key that new seals are made with."""
        ...

    def seal(self, plain: bytes, place: Place) -> bytes:
        """Return ``plain`` encrypted, to be kept at ``place``; each time other bytes."""
        ...

    def open(self, sealed: bytes, place: Place) -> bytes:
        """Return what was sealed.

        Raises:
            BrokenSeal: it was changed, or sealed for another place, or with a key that is not at hand.
        """
        ...


@dataclass(frozen=True, slots=True)
class Form(Generic[Kept]):
    """How a column keeps what is sealed: which key it was sealed with, and how it is sealed anew for its place."""

    key_of: Callable[[Kept], str | None]
    renewed: Callable[[Seals, Kept, Place], Kept]


class SealedColumn(Protocol[Kept]):
    """A column of which every row is sealed, or may be; every method raises ``StorageError`` where it cannot."""

    @property
    def table(self) -> str:
        """The table it is of."""
        ...

    @property
    def column(self) -> str:
        """Its name."""
        ...

    @property
    def form(self) -> Form[Kept]:
        """How its rows are kept."""
        ...

    async def page(self, *, after: str, limit: int) -> Sequence[tuple[str, Kept]]:
        """Return up to ``limit`` rows whose ids come after ``after``, in their order: id and content."""
        ...

    async def swap(self, row: str, before: Kept, now: Kept) -> bool:
        """Put ``now`` into ``row``, unless it holds something else than ``before``; return whether it was done."""
        ...


def sealed_text(seals: Seals, text: str, place: Place) -> str:
    """Return what is kept of ``text`` in a column, sealed; who reads the column sees the id of the key."""
    sealed = seals.seal(text.encode(), place)
    head = len(VERSION) + ID_BYTES
    return f"{_SEALED}{sealed[len(VERSION) : head].hex()}.{urlsafe_b64encode(sealed[head:]).decode()}"


def clear_text(text: str) -> str:
    """Return what is kept of ``text`` where nothing is sealed: the text itself, nearly always."""
    return _CLEAR + text if text.startswith((_SEALED, _CLEAR)) else text


def opened_text(seals: Seals | None, kept: str, place: Place) -> str:
    """Return the text that is kept so, sealed or not.

    Raises:
        BrokenSeal: it is sealed and does not open here.
    """
    if not kept.startswith(_SEALED):
        return kept.removeprefix(_CLEAR)
    if seals is None:
        raise BrokenSeal(f"A row of {place.table} is sealed; set EPICRISIS_ENCRYPTION_KEYS to the keys it had.")
    try:
        sealed = VERSION + bytes.fromhex(kept[3:11]) + urlsafe_b64decode(kept[12:])
    except ValueError:
        raise BrokenSeal from None
    return seals.open(sealed, place).decode()


def key_of(kept: str) -> str | None:
    """Return the id of the key that a text in a column is sealed with, or ``None`` where it is clear."""
    return kept[3:11] if kept.startswith(_SEALED) else None


def renewed_text(seals: Seals, kept: str, place: Place) -> str:
    """Return what is to be kept of a text from now on; raises ``BrokenSeal`` as ``opened_text`` does."""
    return sealed_text(seals, opened_text(seals, kept, place), place)


def key_of_bytes(sealed: bytes) -> str | None:
    """Return the id of the key that bytes are sealed with, or ``None`` where they are not."""
    head = len(VERSION) + ID_BYTES
    return sealed[len(VERSION) : head].hex() if len(sealed) > head and sealed.startswith(VERSION) else None


def renewed_bytes(seals: Seals, kept: bytes, place: Place) -> bytes:
    """Return what is to be kept of sealed bytes from now on; raises ``BrokenSeal`` where they do not open."""
    return seals.seal(seals.open(kept, place), place)


TEXTS = Form(key_of, renewed_text)
BYTES = Form(key_of_bytes, renewed_bytes)
