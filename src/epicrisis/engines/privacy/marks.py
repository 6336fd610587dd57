"""What a redaction writes in the place of an identifier, and how another redaction knows it again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.keyed import CONSONANTS, PSEUDONYM

_KINDS = "|".join(kind.name for kind in IdentifierKind)
# Pseudonyms are consonants of one length, or whoever writes "[NAME:garcia]" into a note would be let through.
_MARK = re.compile(rf"\[(?:{_KINDS})(?::[{CONSONANTS}]{{{PSEUDONYM}}})?\]|\[REDACTED\]")


def label(kind: IdentifierKind) -> str:
    """Return the mark that tells the kind alone."""
    return f"[{kind.name}]"


def pseudonym(kind: IdentifierKind, name: str) -> str:
    """Return the mark that tells the kind and a pseudonym."""
    return f"[{kind.name}:{name}]"


def sealed(kind: IdentifierKind, token: str) -> str:
    """Return the mark that tells the kind and holds a cipher text."""
    return f"[{kind.name}#{token}]"


SEALED = re.compile(rf"\[(?P<kind>{_KINDS})#(?P<token>[A-Za-z0-9_-]+)\]")


def apart(text: str, identifiers: Iterable[Identifier], mask: str) -> list[Identifier]:
    """Return ``identifiers`` of ``text`` in its order, none over another and none over a mark that stands there.

    Two that overlap become one, so that nothing of either is left; one that reaches over a mark goes around it.
    """
    # Each goes from its one "[" to its one "]", so two of them are the same one, or apart.
    marks = {Span(*match.span()) for match in (*_MARK.finditer(text), *re.finditer(re.escape(mask), text))}
    return list(_around(text, _joined(identifiers), sorted(marks)))


def _joined(identifiers: Iterable[Identifier]) -> Iterator[Identifier]:
    before: Identifier | None = None
    for each in sorted(identifiers, key=lambda identifier: identifier.span):
        if before is None:
            before = each
        elif before.span.overlaps(each.span):
            # The longer one says what it is; where it ends is where the last of them does.
            longer = max(before, each, key=lambda identifier: len(identifier.span))
            span = Span(before.span.start, max(before.span.end, each.span.end))
            before = replace(longer, span=span, sub=longer.sub if span == longer.span else None)
        else:
            yield before
            before = each
    if before is not None:
        yield before


def _around(text: str, identifiers: Iterable[Identifier], marks: Sequence[Span]) -> Iterator[Identifier]:
    place = 0
    for each in identifiers:
        while place < len(marks) and marks[place].end <= each.span.start:
            place += 1
        start, ahead = each.span.start, place
        while ahead < len(marks) and marks[ahead].start < each.span.end:
            yield from _rest(text, each, start, marks[ahead].start)
            start = marks[ahead].end
            ahead += 1
        if start == each.span.start:
            yield each
        else:
            yield from _rest(text, each, start, each.span.end)


def _rest(text: str, identifier: Identifier, start: int, end: int) -> Iterator[Identifier]:
    piece = text[start:end]
    if any(map(str.isalnum, piece)):
        start += len(piece) - len(piece.lstrip())
        yield replace(identifier, span=Span(start, start + len(piece.strip())))
