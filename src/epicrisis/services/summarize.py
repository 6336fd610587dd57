"""Tells notes in short: read as ``annotate`` reads them, and then in a few of their own sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.domain.note_summaries import Bounds, NoteSummary, Style
from epicrisis.engines.record_contracts import NoteSummaryEngine
from epicrisis.services.annotate import Annotate
from epicrisis.services.core import Core
from epicrisis.services.outcomes import Failure, answer_each, answered
from epicrisis.services.queueing import Work
from epicrisis.services.readers import ByLanguage, answer_by_language
from epicrisis.services.rewording import Quoting, Rewording, not_reworded

MOST_WORDS, LEAST_WORDS = 150, 50


def bounds_of(most: int = MOST_WORDS, least: int | None = None) -> Bounds:
    """Return the bounds of a summary; who asks for a short one and names no least is not held to the usual least."""
    return Bounds(least=min(LEAST_WORDS, most) if least is None else least, most=most)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a summary should be: how long, and in whose words."""

    bounds: Bounds
    style: Style = Style.EXTRACTIVE


USUAL = Wanted(bounds_of())
_NO_MODEL = "no language model is set up here; EPICRISIS_SUMMARY_MODEL names one."


@dataclass(frozen=True, slots=True)
class _Question:
    note: AnnotatedDocument
    wanted: Wanted


class Summarize:
    """Reads notes as ``annotate`` does, and has the engine of their language tell them in short.

    Where the words of a model are asked for, ``rewording`` sees to that; without it they are those of the note.
    """

    def __init__(
        self,
        *,
        annotate: Annotate,
        engines: ByLanguage[NoteSummaryEngine],
        core: Core,
        rewording: Rewording | None = None,
    ) -> None:
        self.annotate = annotate
        self.engines = engines
        self.core = core
        self.rewording = rewording
        self._work: Work[_Question, NoteSummary] = Work("summarize", self._tell, document=_document)

    async def __call__(self, document: Document, wanted: Wanted = USUAL) -> NoteSummary:
        """Return ``document`` in short, as ``wanted``.

        Raises:
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
            UnknownLanguage: nobody here reads its language, or tells notes in it.
        """
        [outcome] = await self.batch([document], wanted)
        return answered(outcome)

    async def batch(
        self, documents: Sequence[Document | Failure], wanted: Wanted = USUAL
    ) -> list[NoteSummary | Failure]:
        """Return what ``many`` returns, read and told in batches with whatever else waits.

        Raises:
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        read = await self.annotate.batch(documents)
        questions = _questions(read, wanted)
        told = await self.core.ask_all(self._work, questions)
        if wanted.style is Style.ABSTRACTIVE:
            told = [await self._reworded(*pair) for pair in zip(questions, told, strict=True)]
        return _beside(read, told)

    def one(self, document: Document, wanted: Wanted = USUAL) -> NoteSummary:
        """Return ``document`` in short, read and told here and now."""
        question = _Question(self.annotate.one(document), wanted)
        [summary] = self._tell_in(document.language, [question])
        return self._reworded_now(question, summary) if wanted.style is Style.ABSTRACTIVE else summary

    def many(self, documents: Sequence[Document | Failure], wanted: Wanted = USUAL) -> list[NoteSummary | Failure]:
        """Return each document in short, in order; what failed before it came here, or fails here, fails alone."""
        read = self.annotate.many(documents)
        questions = _questions(read, wanted)
        told = answer_each(self._tell, questions, document=_document)
        if wanted.style is Style.ABSTRACTIVE:
            told = [
                each if isinstance(each, Failure) else self._reworded_now(question, each)
                for question, each in zip(questions, told, strict=True)
            ]
        return _beside(read, told)

    async def _reworded(self, question: _Question, told: NoteSummary | Failure) -> NoteSummary | Failure:
        if isinstance(told, Failure):
            return told
        if self.rewording is None:
            return not_reworded(told, _NO_MODEL)
        return await self.rewording(Quoting(told, question.note, question.wanted.bounds))

    def _reworded_now(self, question: _Question, told: NoteSummary) -> NoteSummary:
        if self.rewording is None:
            return not_reworded(told, _NO_MODEL)
        return self.rewording.one(Quoting(told, question.note, question.wanted.bounds))

    def _tell(self, questions: Sequence[_Question]) -> list[NoteSummary | Failure]:
        return answer_by_language(self._tell_in, questions, document=_document)

    def _tell_in(self, language: str, questions: Sequence[_Question]) -> list[NoteSummary]:
        engine = self.engines(language)
        return [engine.summarize(each.note, bounds=each.wanted.bounds) for each in questions]


def _document(question: _Question) -> Document:
    return question.note.document


def _questions(read: Sequence[AnnotatedDocument | Failure], wanted: Wanted) -> list[_Question]:
    return [_Question(note, wanted) for note in read if isinstance(note, AnnotatedDocument)]


def _beside(
    read: Sequence[AnnotatedDocument | Failure], told: Sequence[NoteSummary | Failure]
) -> list[NoteSummary | Failure]:
    """Return ``told`` in the places of the notes that were read, and the failures of the others in theirs."""
    summaries = iter(told)
    return [each if isinstance(each, Failure) else next(summaries) for each in read]
