"""A summary in a language model's words: what of them the note does not bear out is left out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.note_summaries import Bounds, NoteStatement, NoteSummary, Style, words_in
from epicrisis.domain.summaries import Heading
from epicrisis.engines.summary.models.contracts import LanguageModel, Stop
from epicrisis.engines.summary.narration.asking import Asking
from epicrisis.engines.summary.notes.holding import Quoted, is_borne_out, quoted
from epicrisis.engines.summary.notes.telling import told
from epicrisis.errors import GenerationFailed

Read = Callable[[str], AnnotatedDocument]
"""Reads a sentence as the note was read."""


def reworded(
    summary: NoteSummary,
    note: AnnotatedDocument,
    *,
    model: LanguageModel,
    bounds: Bounds,
    read: Read,
    stop: Stop,
    seconds: float,
    texts: Sequence[str] | None = None,
) -> NoteSummary:
    """Return ``summary``, which is of ``note``, as ``model`` says it, in no more words than ``bounds`` allow.

    A sentence that says more than the quoted ones it rests on, or says them otherwise, is left out. ``texts`` are what
    the model sees instead of the quotes, where identifiers had to be taken out of them.

    Raises:
        GenerationFailed: the model could not answer, or none of its sentences is borne out by the note.
        Unreachable: its server does not answer.
    """
    seen = list(texts or (told([statement]) for statement in summary.statements))
    by = [quoted(note, statement.spans[0], text) for statement, text in zip(summary.statements, seen, strict=True)]
    kept: dict[str, _Kept] = {}
    left_out = 0
    asking = Asking(model, summary.language, stop, time.monotonic() + seconds)
    for group, sentences in asking.answers("narrate", Heading.ASSESSMENT, seen):
        for written in sentences:
            named = [group[number] for number in written.named] or group
            # What a model names beside what it says supports nothing.
            resting = tuple(number for number in dict.fromkeys(named) if _bears(written.text, by[number]))
            if resting and is_borne_out(read(written.text), [by[number] for number in resting]):
                kept.setdefault(written.text.casefold(), _Kept(written.text, resting))
            else:
                left_out += 1
    statements = tuple(_fitting(kept.values(), summary.statements, bounds))
    if not statements:
        why = f"fits into {bounds.most} words" if kept else "is borne out by the note"
        raise GenerationFailed(f"No sentence of the model {why}.")
    return replace(
        summary,
        text=told(statements),
        statements=statements,
        style=Style.ABSTRACTIVE,
        asked=Style.ABSTRACTIVE,
        model=f"{model.card.name}/{model.card.version}",
        warnings=tuple(_warnings(statements, left_out, bounds)),
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """A sentence of the model, and the numbers of the statements it rests on."""

    text: str
    resting: tuple[int, ...]


def _bears(sentence: str, quote: Quoted) -> bool:
    """Return whether ``quote`` has a word of ``sentence``."""
    return any(word in sentence.casefold() for word in quote.words)


def _fitting(kept: Iterable[_Kept], quotes: Sequence[NoteStatement], bounds: Bounds) -> Iterator[NoteStatement]:
    """Yield the sentences that fit, each resting on the stretches of the quotes it is borne out by."""
    left = bounds.most
    for statement in kept:
        words = words_in(statement.text)
        if words <= left:
            left -= words
            resting = [quotes[number] for number in statement.resting]
            yield NoteStatement(
                text=statement.text,
                spans=tuple(sorted({span for quote in resting for span in quote.spans})),
                score=max(quote.score for quote in resting),
                category=resting[0].category,
            )


def _warnings(statements: Sequence[NoteStatement], left_out: int, bounds: Bounds) -> Iterator[str]:
    words = words_in(told(statements))
    if left_out:
        yield f"{left_out} sentences of the model were left out: the note does not bear them out."
    if words < bounds.least:
        yield f"The sentences that are borne out have {words} words, fewer than the {bounds.least} asked for."
