"""A note in its own sentences: those a physician would look for, by weights learnt from what physicians concluded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.note_summaries import Bounds, NoteStatement, NoteSummary, Style, words_in
from epicrisis.domain.records import Stated
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.summary.notes.choosing import chosen
from epicrisis.engines.summary.notes.features import counted
from epicrisis.engines.summary.notes.lists import LANGUAGES, primary
from epicrisis.engines.summary.notes.telling import told
from epicrisis.engines.summary.notes.units import Unit, units_of
from epicrisis.engines.summary.notes.weights import scores
from epicrisis.errors import UnknownLanguage

_CARD = EngineCard(
    name="salience",
    version="1",
    summary="Tells a note in its own sentences: problems, changes and plan first, none of them told twice.",
    languages=LANGUAGES,
    trained_on=("mtsamples_notes",),
    scores={
        "mtsamples_notes.summaries.rouge-1": 0.268,
        "mtsamples_notes.summaries.rouge-l": 0.182,
        "mtsamples_notes.summaries.entities": 0.212,
    },
    limits=(
        "Quotes whole sentences, so that a denial is never told without its words; it rewords nothing.",
        "What the note says over many sentences, and in none of them, is not told.",
        "Knows what is found by the reader of the note, and misses what it missed.",
        "Its weights were learnt from English dictated notes; Spanish ones share them.",
    ),
)


class SalienceEngine:
    """Counts features of every sentence, weighs them, and takes the best that are not yet told."""

    card = _CARD

    def summarize(self, note: AnnotatedDocument, *, bounds: Bounds) -> NoteSummary:
        """Return the summary of ``note``, with no more words than ``bounds`` allow; its time grows as the note does.

        A note that is no longer than a summary has to be is told whole. Fewer words than asked come with a warning.

        Raises:
            UnknownLanguage: there are no words for the language of the note.
        """
        if primary(note) not in LANGUAGES:
            raise UnknownLanguage(
                f"The summary engine 'salience' does not read {note.document.language!r}; it reads {list(LANGUAGES)}."
            )
        if words_in(note.document.text) <= bounds.least:
            return _whole(note)
        units = units_of(note)
        numbers = counted(note, units)
        worth = scores(numbers.features)
        taken = chosen(note, units, numbers, worth, bounds)
        statements = tuple(_statement(note, units[index], float(worth[index])) for index in taken)
        text = told(statements)
        return _summary(note, statements, text, _warnings(note, units, words_in(text), bounds))


@cache
def build() -> SalienceEngine:
    """Return the engine; it has no state, so there is but one."""
    return SalienceEngine()


def _whole(note: AnnotatedDocument) -> NoteSummary:
    document = note.document
    spans = [sentence.span for sentence in note.sentences]
    statements = tuple(NoteStatement(document.quote(span), (span,), 1.0, _category(note, span)) for span in spans)
    return _summary(note, statements, document.text.strip(), (_TOLD_WHOLE,))


_TOLD_WHOLE = "The note has no more words than a summary must have, and is told whole."


def _statement(note: AnnotatedDocument, unit: Unit, worth: float) -> NoteStatement:
    quote = note.document.quote
    return NoteStatement(
        text=quote(unit.span),
        spans=(unit.span,),
        score=round(1 / (1 + math.exp(-worth)), 4),
        category=unit.category,
        heading=None if unit.heading is None else Stated(unit.heading, quote(unit.heading)),
    )


def _category(note: AnnotatedDocument, span: Span) -> SectionCategory:
    section = note.section_of(span)
    return SectionCategory.OTHER if section is None else section.category


def _warnings(note: AnnotatedDocument, units: Sequence[Unit], words: int, bounds: Bounds) -> tuple[str, ...]:
    if not units:
        return ("The note has no sentence with words in it.",)
    if not words:
        shortest = min(words_in(note.document.quote(unit.span)) for unit in units)
        return (f"No sentence that can be told alone fits into {bounds.most} words; the shortest has {shortest}.",)
    if words < bounds.least:
        return (f"The sentences that fit have {words} words, fewer than the {bounds.least} asked for.",)
    return ()


def _summary(
    note: AnnotatedDocument, statements: tuple[NoteStatement, ...], text: str, warnings: tuple[str, ...]
) -> NoteSummary:
    return NoteSummary(
        document_id=note.document.id,
        language=note.document.language,
        text=text,
        statements=statements,
        style=Style.EXTRACTIVE,
        asked=Style.EXTRACTIVE,
        engine=_CARD.name,
        version=_CARD.version,
        warnings=warnings,
    )
