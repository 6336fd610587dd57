"""Offsets that stay true: between a text and its edited copy, and between the units others count in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidSpan, UnreadableText
from epicrisis.text.characters import invisible_inside_words, plain


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A stretch of the original, and how many characters stand in its place (0: it was dropped)."""

    span: Span
    length: int


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """The way back from an edited text to the original, and forth.

    The four columns run in parallel, one row per edit: where it starts and ends in the original and in the edited
    text. A span that touches an edit covers the whole of it on the other side, so a quotation is never cut short.
    """

    original_starts: tuple[int, ...] = ()
    original_ends: tuple[int, ...] = ()
    edited_starts: tuple[int, ...] = ()
    edited_ends: tuple[int, ...] = ()

    @classmethod
    def of(cls, edits: Iterable[Edit]) -> OffsetMap:
        """Return the map of ``edits``.

        Raises:
            InvalidSpan: two edits overlap.
        """
        ordered = sorted(edits)
        for left, right in pairwise(ordered):
            if left.span.overlaps(right.span):
                raise InvalidSpan(f"Two edits overlap at offset {right.span.start}; merge them first.")
        edited_starts: list[int] = []
        moved = 0
        for edit in ordered:
            edited_starts.append(edit.span.start + moved)
            moved += edit.length - len(edit.span)
        return cls(
            tuple(edit.span.start for edit in ordered),
            tuple(edit.span.end for edit in ordered),
            tuple(edited_starts),
            tuple(start + edit.length for start, edit in zip(edited_starts, ordered, strict=True)),
        )

    def to_original(self, span: Span) -> Span:
        """Return the stretch of the original that ``span`` of the edited text stands for."""
        start = _moved_start(span.start, self.edited_starts, self.edited_ends, self.original_starts, self.original_ends)
        end = _moved_end(span.end, self.edited_starts, self.edited_ends, self.original_starts, self.original_ends)
        return Span(start, end)

    def to_edited(self, span: Span) -> Span | None:
        """Return where ``span`` of the original went, or ``None`` where all of it was dropped."""
        start = _moved_start(span.start, self.original_starts, self.original_ends, self.edited_starts, self.edited_ends)
        end = _moved_end(span.end, self.original_starts, self.original_ends, self.edited_starts, self.edited_ends)
        return Span(start, end) if start < end else None


def _moved_start(
    offset: int, starts: Sequence[int], ends: Sequence[int], to_starts: Sequence[int], to_ends: Sequence[int]
) -> int:
    # A dropped stretch before the first character of a span stays outside it, hence the last edit at or before it.
    row = bisect_right(starts, offset) - 1
    if row < 0:
        return offset
    if offset < ends[row]:
        return to_starts[row]
    return offset - ends[row] + to_ends[row]


def _moved_end(
    offset: int, starts: Sequence[int], ends: Sequence[int], to_starts: Sequence[int], to_ends: Sequence[int]
) -> int:
    row = bisect_left(starts, offset) - 1
    if row < 0:
        return offset
    if offset <= ends[row]:
        return to_ends[row]
    return offset - ends[row] + to_ends[row]


def edited(text: str, replacements: Iterable[tuple[Span, str]]) -> tuple[str, OffsetMap]:
    """Return ``text`` with each span replaced by its words, and the map back to the original.

    Raises:
        InvalidSpan: two spans overlap, or one ends after the text does.
    """
    ordered = sorted(replacements)
    offsets = OffsetMap.of(Edit(span, len(words)) for span, words in ordered)
    if ordered and ordered[-1][0].end > len(text):
        raise InvalidSpan(f"An edit ends at {ordered[-1][0].end}, after the text, which has {len(text)} characters.")
    pieces: list[str] = []
    done = 0
    for span, words in ordered:
        pieces += (text[done : span.start], words)
        done = span.end
    pieces.append(text[done:])
    return "".join(pieces), offsets


def normalised(text: str) -> tuple[str, OffsetMap]:
    """Return ``text`` as a tokenizer should see it, and the map back to the original.

    Control characters and every kind of white space become plain ones, one for one, so offsets nearly always stay
    equal; only invisible characters inside a word (a soft hyphen, a zero width joiner) are dropped, or they would cut
    the word in two.
    """
    readable = plain(text)
    return edited(readable, [(Span(start, end), "") for start, end in invisible_inside_words(readable)])


class OffsetUnit(StrEnum):
    """What offsets count: ours are code points, JavaScript's UTF-16 units, those of a file UTF-8 bytes."""

    CODE_POINT = "code_point"
    UTF16 = "utf16"
    BYTE = "byte"


_ENCODINGS = {OffsetUnit.UTF16: ("utf-16-le", 2), OffsetUnit.BYTE: ("utf-8", 1)}


def convert(text: str, offsets: Sequence[int], unit: OffsetUnit) -> list[int]:
    """Return code point ``offsets`` of ``text`` counted in ``unit``, in the order given, in one pass over the text.

    Raises:
        InvalidSpan: an offset lies outside the text.
        UnreadableText: the text has a lone surrogate, which neither UTF-16 nor UTF-8 can hold.
    """
    _require_inside(offsets, len(text))
    if unit is OffsetUnit.CODE_POINT or text.isascii():
        return list(offsets)
    encoding, width = _ENCODINGS[unit]
    counted = {0: 0}
    for before, here in pairwise(sorted({0, *offsets})):
        counted[here] = counted[before] + len(_encoded(text[before:here], encoding)) // width
    return [counted[offset] for offset in offsets]


def to_code_points(text: str, offsets: Sequence[int], unit: OffsetUnit) -> list[int]:
    """Return ``offsets`` counted in ``unit`` as code point offsets of ``text``: the way back from ``convert``.

    Raises:
        InvalidSpan: an offset lies outside the text or inside a character.
        UnreadableText: the text has a lone surrogate.
    """
    if unit is OffsetUnit.CODE_POINT or text.isascii():
        _require_inside(offsets, len(text))
        return list(offsets)
    encoding, width = _ENCODINGS[unit]
    data = _encoded(text, encoding)
    _require_inside(offsets, len(data) // width)
    counted = {0: 0}
    for before, here in pairwise(sorted({0, *offsets})):
        try:
            characters = data[before * width : here * width].decode(encoding)
        except UnicodeDecodeError as error:
            raise InvalidSpan(f"Offset {here} ({unit}) lies inside a character; count whole characters.") from error
        counted[here] = counted[before] + len(characters)
    return [counted[offset] for offset in offsets]


def misplaced(text: str, offsets: Sequence[int], unit: OffsetUnit) -> dict[int, str]:
    """Return why some of ``offsets``, counted in ``unit``, are none of ``text``, by their place in the list."""
    encoding, width = _ENCODINGS.get(unit, ("utf-32-le", 4))
    data = _encoded(text, encoding)
    length = len(data) // width
    reasons: dict[int, str] = {}
    for place, offset in enumerate(offsets):
        if not 0 <= offset <= length:
            reasons[place] = f"lies outside the text, which ends at {length} ({unit})"
        elif offset < length and _goes_on(data[offset * width : (offset + 1) * width], unit):
            reasons[place] = f"lies inside a character ({unit}); count whole characters"
    return reasons


def _goes_on(piece: bytes, unit: OffsetUnit) -> bool:
    """Return whether ``piece``, one unit long, is a later part of a character."""
    match unit:
        case OffsetUnit.UTF16:
            return 0xDC <= piece[1] <= 0xDF  # The second of two surrogates, little-endian.
        case OffsetUnit.BYTE:
            return piece[0] & 0xC0 == 0x80
        case _:
            return False


def _require_inside(offsets: Sequence[int], length: int) -> None:
    if offsets and not 0 <= min(offsets) <= max(offsets) <= length:
        raise InvalidSpan(f"Offsets run from {min(offsets)} to {max(offsets)}, but the text ends at {length}.")


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise UnreadableText from error
