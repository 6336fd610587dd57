"""Reads notes for who wants to know what may explain them: findings, known conditions, results, age and sex."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion
from epicrisis.domain.differentials import Said
from epicrisis.domain.documents import Document
from epicrisis.domain.patients import Sex
from epicrisis.domain.records import NoteRecord
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import AssertionEngine
from epicrisis.engines.differential.answering import answers
from epicrisis.engines.differential.clauses import clauses_of, parts_of
from epicrisis.engines.differential.hearing import Alike, Heard, Hearing
from epicrisis.engines.differential.likeness import Like, Likeness
from epicrisis.engines.differential.measuring import Result
from epicrisis.engines.differential.noted import named, results_of
from epicrisis.engines.record_contracts import CodeLinker, ExtractionEngine
from epicrisis.services.assess import Question, read_about
from epicrisis.services.coding import with_codes
from epicrisis.services.core import Core
from epicrisis.services.outcomes import Failure, answer_each, answered
from epicrisis.services.queueing import Work
from epicrisis.services.readers import ByLanguage, Readers, answer_by_language
from epicrisis.text.sentences import sentence_spans


@dataclass(frozen=True, slots=True)
class Understood:
    """What a note tells of its patient: what was ``heard``, results of tests, ``age`` in years, and sex.

    ``spans[i]`` is where ``results[i]`` stands; ``said`` is the note, clause by clause.
    """

    heard: Heard
    results: tuple[Result, ...] = ()
    spans: tuple[Span, ...] = ()
    age: float | None = None
    sex: Sex = Sex.UNKNOWN
    said: tuple[Said, ...] = ()


class Understand:
    """Reads notes in one pass, and has judged in it what phrases of their language name and what clauses tell."""

    def __init__(
        self,
        *,
        readers: Readers,
        judges: ByLanguage[AssertionEngine],
        recorders: ByLanguage[ExtractionEngine],
        linkers: Sequence[CodeLinker],
        hearing: Callable[[str], Hearing],
        likeness: Callable[[str], Likeness | None],
        core: Core,
    ) -> None:
        self._readers, self._judges, self._recorders = readers, judges, recorders
        self._linkers = tuple(linkers)
        self._hearing = hearing
        self._likeness = likeness
        self._core = core
        self._work: Work[Document, Understood] = Work("understand", self._read, document=lambda document: document)

    async def __call__(self, document: Document) -> Understood:
        """Return what ``document`` tells.

        Raises:
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
            UnknownLanguage: nobody here reads its language.
        """
        [outcome] = await self.batch([document])
        return answered(outcome)

    async def batch(self, documents: Sequence[Document]) -> list[Understood | Failure]:
        """Return what ``many`` returns, read in batches with whatever else waits; raises as ``__call__`` does."""
        return await self._core.ask_all(self._work, documents)

    def many(self, documents: Sequence[Document]) -> list[Understood | Failure]:
        """Return what each document tells, in order; what cannot be read fails alone."""
        return answer_each(self._read, documents, document=lambda document: document)

    def _read(self, documents: Sequence[Document]) -> list[Understood | Failure]:
        return answer_by_language(self._read_in, documents, document=lambda document: document)

    def _read_in(self, language: str, documents: Sequence[Document]) -> list[Understood]:
        hearing = self._hearing(language)
        tests = [answers(language).find(document.text) for document in documents]
        matches = [
            named(hearing.in_note(document.text), document.text, tested)
            for document, tested in zip(documents, tests, strict=True)
        ]
        alike = [self._alike(language, document.text) for document in documents]
        # What phrases name, what clauses tell and what tests answer is judged in the pass that reads the note.
        questions = [
            Question(
                document,
                (*hearing.targets(document.text, found), *(span for span, _ in told), *(span for span, _, _ in tested)),
            )
            for document, found, (told, _), tested in zip(documents, matches, alike, tests, strict=True)
        ]
        read = read_about(questions, self._readers(language), self._judges(language))
        records = self._recorded(language, [note for note, _ in read])
        understood = []
        for (note, judged), record, found, (told, said), tested in zip(
            read, records, matches, alike, tests, strict=True
        ):
            last = len(found) + len(told)
            heard = hearing.of_note(note, found, judged[: len(found)], _meant(told, judged[len(found) : last]))
            results = results_of(record, note.document.text, tested, judged[last:], heard.absent)
            understood.append(_understood(record, heard, results, said))
        return understood

    def _alike(self, language: str, text: str) -> tuple[list[tuple[Span, Like]], tuple[Said, ...]]:
        """Return what the clauses of ``text`` tell, with where each stands; and how those by themselves are heard."""
        likeness = self._likeness(language)
        if likeness is None:
            return [], ()
        sentences = sentence_spans(text, language)
        spans, alone = clauses_of(text, sentences, language), set(parts_of(text, sentences, language))
        told, heard = likeness.heard(text, sentences, spans)
        said = tuple(
            Said(text[span.start : span.end], tuple(vector.tolist()))
            for span, vector in zip(spans, heard, strict=True)
            if span in alone
        )
        return [(span, like) for span, like in zip(spans, told, strict=True) if like is not None], said

    def _recorded(self, language: str, notes: Sequence[AnnotatedDocument]) -> list[NoteRecord]:
        engine = self._recorders(language)
        return with_codes([engine.extract(note) for note in notes], notes, self._linkers, most=1)


def _meant(told: Sequence[tuple[Span, Like]], judged: Sequence[Assertion]) -> list[Alike]:
    return [Alike(span, like, assertion) for (span, like), assertion in zip(told, judged, strict=True)]


def _understood(
    record: NoteRecord, heard: Heard, results: Sequence[tuple[Result, Span]], said: tuple[Said, ...]
) -> Understood:
    told = record.demographics
    return Understood(
        heard,
        tuple(result for result, _ in results),
        tuple(span for _, span in results),
        told.years,
        Sex.UNKNOWN if told.sex is None else Sex(told.sex.value),
        said,
    )
