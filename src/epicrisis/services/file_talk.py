"""What a file asks, as documents that can be redacted, and what was found put together to its answers again.

Prose is read as one note, so that what one page says of a name helps on the next. A table or a record is read value by
value, for its neighbours are other people's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identified, Identifier, IdentifierKind
from epicrisis.domain.redactions import Redaction
from epicrisis.domain.spans import Span
from epicrisis.formats.redacting.asking import Question
from epicrisis.formats.redacting.sniffing import FileKind
from epicrisis.services.intake import Intake
from epicrisis.text.language import clear_language, detect_language

_PROSE = frozenset({FileKind.TEXT, FileKind.DOCX, FileKind.PDF})
_BETWEEN = "\n\n"
# As much of a file says in which language it is.
_SAMPLE = 100_000
# What is read in one go: short enough that others get their turn, and that whoever leaves is noticed.
_TEXTS, _LETTERS = 128, 50_000
# "93.0", as spreadsheets write an age: the years count.
_DECIMAL_AGE = re.compile(r"(\d{1,3})[.,]\d+")


@dataclass(frozen=True, slots=True)
class Block:
    """A document made of one or more of the strings a file asks about: which ones, and where each stands in it."""

    document: Document
    members: tuple[tuple[int, Span], ...]


class FileTalk:
    """The questions of one file, and what becomes of them."""

    def __init__(
        self, kind: FileKind, questions: Sequence[Question], *, intake: Intake, language: str | None = None
    ) -> None:
        """Take ``questions`` in; the language is detected where none is given.

        Raises:
            TextTooLong: one of them is longer than this installation reads.
            UnreadableText: one of them is no text, but RTF or bytes read as text.
            UnknownLanguage: no engine at hand reads the language of one of them.
        """
        self._asked = questions
        self.answers = [question.text for question in questions]
        self._intake = intake
        self._given = language
        unread = [at for at, each in enumerate(questions) if each.kind is None and each.text.strip()]
        self.language = language or self._detected(unread)
        self.counts: Counter[str] = Counter()
        most = intake.max_chars if kind in _PROSE else 0
        self.blocks = [self._block(members) for members in self._together(unread, most)]

    def slices(self, blocks: Sequence[Block]) -> Iterator[Sequence[Block]]:
        """Yield ``blocks`` some at a time."""
        some: list[Block] = []
        letters = 0
        for block in blocks:
            if some and (len(some) == _TEXTS or letters + len(block.document.text) > _LETTERS):
                yield some
                some, letters = [], 0
            some.append(block)
            letters += len(block.document.text)
        if some:
            yield some

    def known(self, apart: Container[IdentifierKind] = frozenset()) -> list[Block]:
        """Return what is an identifier as a whole, many in one text; those of a kind in ``apart`` are one each."""
        known = [at for at, each in enumerate(self._asked) if each.kind and each.text.strip()]
        alone = [[at] for at in known if self._asked[at].kind in apart]
        others = [at for at in known if self._asked[at].kind not in apart]
        return [self._known(members) for members in (*alone, *self._together(others, _LETTERS))]

    def identified(self, blocks: Sequence[Block]) -> list[Identified]:
        """Return what is known of blocks whose members are an identifier each."""
        return [
            Identified(block.document, tuple(self._identifier(block.document.text, *each) for each in block.members))
            for block in blocks
        ]

    def put(self, block: Block, redaction: Redaction) -> None:
        """Take ``redaction``, made of ``block``, for the answer to the questions in it."""
        for (at, _), (answer, kinds) in zip(block.members, _pieces(block, redaction), strict=True):
            question = self._asked[at]
            for kind in kinds:
                self.counts[kind.name] += question.times
            if question.kind is not IdentifierKind.AGE or kinds:
                self.answers[at] = answer

    def _detected(self, unread: Sequence[int]) -> str:
        sample, letters = [], 0
        for at in unread:
            sample.append(self._asked[at].text[: _SAMPLE - letters])
            letters += len(sample[-1])
            if letters >= _SAMPLE:
                break
        return detect_language("\n".join(sample)) if sample else self._intake.languages[0]

    def _together(self, those: Sequence[int], most: int) -> Iterator[list[int]]:
        """Yield which strings are read as one text: as many as have ``most`` characters, and one at least."""
        members: list[int] = []
        letters = 0
        for at in those:
            length = len(self._asked[at].text) + len(_BETWEEN)
            if members and letters + length > most:
                yield members
                members, letters = [], 0
            members.append(at)
            letters += length
        if members:
            yield members

    def _block(self, members: Sequence[int]) -> Block:
        text, placed = _joined(members, [self._asked[at].text for at in members])
        language = self._given or clear_language(text) or self.language
        return Block(self._intake(text, id=str(members[0] + 1), language=language), placed)

    def _known(self, members: Sequence[int]) -> Block:
        text, placed = _joined(members, [_whole(self._asked[at]) for at in members])
        return Block(Document(id=str(members[0] + 1), text=text, language=self.language), placed)

    def _identifier(self, text: str, at: int, place: Span) -> Identifier:
        kind, told = self._asked[at].kind, text[place.start : place.end]
        assert kind is not None
        start = place.start + len(told) - len(told.lstrip())
        span = Span(start, start + len(told.strip()))
        return Identifier(span, kind, 1.0, "place", "the name of its field or column says so", self._asked[at].sub)


def _joined(members: Sequence[int], texts: Sequence[str]) -> tuple[str, tuple[tuple[int, Span], ...]]:
    """Return ``texts`` as one, and where each of ``members`` stands in it."""
    start, placed = 0, []
    for at, text in zip(members, texts, strict=True):
        placed.append((at, Span(start, start + len(text))))
        start += len(text) + len(_BETWEEN)
    return _BETWEEN.join(texts), tuple(placed)


def _whole(question: Question) -> str:
    """Return the value that is an identifier as a whole, as the operators read it."""
    years = _DECIMAL_AGE.fullmatch(question.text.strip()) if question.kind is IdentifierKind.AGE else None
    return years[1] if years else question.text


def _pieces(block: Block, redaction: Redaction) -> Iterator[tuple[str, Sequence[IdentifierKind]]]:
    """Yield each string of ``block`` as it reads now, and the kinds of what was replaced in it.

    What reaches over two of them is told, and counted, in the first.
    """
    text, replacements = block.document.text, redaction.replacements
    following = counted = 0
    for _, span in block.members:
        parts, at, first = [], span.start, counted
        while following < len(replacements) and replacements[following].identifier.span.start < span.end:
            found = replacements[following].identifier.span
            counted = max(counted, following + 1)
            if found.end > span.start:
                parts.append(text[at : max(at, found.start)])
                if found.start >= span.start:
                    parts.append(replacements[following].text)
                at = min(max(at, found.end), span.end)
            if found.end > span.end:
                break
            following += 1
        parts.append(text[at : span.end])
        yield "".join(parts), [each.identifier.kind for each in replacements[first:counted]]
