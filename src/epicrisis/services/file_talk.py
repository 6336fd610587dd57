"""What a file asks, as documents that can be redacted, and what was found put together to its answers again.

Prose is read as one note, so that what one page says of a name helps on the next. A table or a record is read value by
value: its neighbours are other people's, and what stands there twice is asked once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
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
        prose = kind in _PROSE
        times = Counter(enumerate(questions) if prose else ((0, question) for question in questions))
        self._times = list(times.values())
        self._asked = [question for _, question in times]
        place = {key: at for at, key in enumerate(times)}
        self._places = [place[number if prose else 0, question] for number, question in enumerate(questions)]
        self._answers = [question.text for question in self._asked]
        self._intake = intake
        self._given = language
        unread = [at for at, each in enumerate(self._asked) if each.kind is None and each.text.strip()]
        self.language = language or self._detected(unread)
        self.counts: Counter[str] = Counter()
        self.blocks = [self._block(members) for members in self._together(unread, prose=prose)]
        self.known = [self._known(at) for at, each in enumerate(self._asked) if each.kind and each.text.strip()]

    @property
    def answers(self) -> list[str]:
        """Return one answer per question, in their order."""
        return [self._answers[at] for at in self._places]

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

    def identified(self, blocks: Sequence[Block]) -> list[Identified]:
        """Return what is known of blocks that are an identifier as a whole."""
        return [Identified(block.document, (self._identifier(block),)) for block in blocks]

    def put(self, block: Block, redaction: Redaction) -> None:
        """Take ``redaction``, made of ``block``, for the answer to the questions in it."""
        times = self._times[block.members[0][0]]
        self.counts.update({kind: times * count for kind, count in redaction.counts.items()})
        for (at, _), answer in zip(block.members, _pieces(block, redaction), strict=True):
            if self._asked[at].kind is not IdentifierKind.AGE or redaction.replacements:
                self._answers[at] = answer

    def _detected(self, unread: Sequence[int]) -> str:
        sample, letters = [], 0
        for at in unread:
            sample.append(self._asked[at].text[: _SAMPLE - letters])
            letters += len(sample[-1])
            if letters >= _SAMPLE:
                break
        return detect_language("\n".join(sample)) if sample else self._intake.languages[0]

    def _together(self, unread: Sequence[int], *, prose: bool) -> Iterator[list[int]]:
        """Yield which strings are read as one text: as many as may be, where they are prose."""
        members: list[int] = []
        letters = 0
        for at in unread:
            length = len(self._asked[at].text) + len(_BETWEEN)
            if members and not (prose and letters + length <= self._intake.max_chars):
                yield members
                members, letters = [], 0
            members.append(at)
            letters += length
        if members:
            yield members

    def _block(self, members: Sequence[int]) -> Block:
        start, placed = 0, []
        for at in members:
            end = start + len(self._asked[at].text)
            placed.append((at, Span(start, end)))
            start = end + len(_BETWEEN)
        text = _BETWEEN.join(self._asked[at].text for at in members)
        language = self._given or clear_language(text) or self.language
        return Block(self._intake(text, id=str(members[0] + 1), language=language), tuple(placed))

    def _known(self, at: int) -> Block:
        question = self._asked[at]
        years = _DECIMAL_AGE.fullmatch(question.text.strip()) if question.kind is IdentifierKind.AGE else None
        text = years[1] if years else question.text
        document = Document(id=str(at + 1), text=text, language=self.language)
        return Block(document, ((at, Span(0, len(text))),))

    def _identifier(self, block: Block) -> Identifier:
        text = block.document.text
        start = len(text) - len(text.lstrip())
        kind = self._asked[block.members[0][0]].kind
        assert kind is not None
        span = Span(start, start + len(text.strip()))
        return Identifier(span, kind, 1.0, "place", "the name of its field or column says so")


def _pieces(block: Block, redaction: Redaction) -> Iterator[str]:
    """Yield each string of ``block`` as it reads now; what reaches over two of them is told in the first."""
    text, replacements = block.document.text, redaction.replacements
    following = 0
    for _, span in block.members:
        parts, at = [], span.start
        while following < len(replacements) and replacements[following].identifier.span.start < span.end:
            found = replacements[following].identifier.span
            if found.end > span.start:
                parts.append(text[at : max(at, found.start)])
                if found.start >= span.start:
                    parts.append(replacements[following].text)
                at = min(max(at, found.end), span.end)
            if found.end > span.end:
                break
            following += 1
        parts.append(text[at : span.end])
        yield "".join(parts)
