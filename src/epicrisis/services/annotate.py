"""Reads whole notes: what they name, and what they say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion
from epicrisis.domain.documents import Document
from epicrisis.engines.contracts import AssertionEngine
from epicrisis.services.answer_memory import Memory
from epicrisis.services.answers import Answers
from epicrisis.services.conflicts import Tolerance, with_conflict
from epicrisis.services.core import Core
from epicrisis.services.mixing import with_foreign
from epicrisis.services.outcomes import Failure, answered
from epicrisis.services.queueing import Work
from epicrisis.services.readers import ByLanguage, Readers, answer_by_language
from epicrisis.services.wordless import Signature


class Annotate:
    """The reader of its language reads a note; a second engine, where it is another one, is heard on every status."""

    def __init__(
        self,
        *,
        readers: Readers,
        seconds: ByLanguage[AssertionEngine],
        tolerance: Tolerance,
        core: Core,
        memory: Memory,
    ) -> None:
        self.readers = readers
        self.seconds = seconds
        self.tolerance = tolerance
        work: Work[Document, AnnotatedDocument] = Work("annotate", self._read, document=lambda document: document)
        signature = Signature(readers, seconds)
        self._answers = Answers(
            work,
            core=core,
            memory=memory,
            scope=(work.name, tolerance),
            about=lambda document: (signature(document.language), document.language, document.text),
            kind=AnnotatedDocument,
        )

    async def __call__(self, document: Document) -> AnnotatedDocument:
        """Return ``document`` annotated, read in a batch with whatever else waits or, lately, for somebody else.

        Raises:
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        [outcome] = await self._answers([document])
        return answered(outcome)

    async def batch(self, documents: Sequence[Document | Failure]) -> list[AnnotatedDocument | Failure]:
        """Return what ``many`` returns, each note as calling returns it; raises as that does."""
        notes = [document for document in documents if isinstance(document, Document)]
        outcomes = iter(await self._answers(notes))
        return [next(outcomes) if isinstance(document, Document) else document for document in documents]

    def one(self, document: Document) -> AnnotatedDocument:
        """Return ``document`` annotated, read here and now."""
        return self._read_in(document.language, [document])[0]

    def many(self, documents: Sequence[Document | Failure]) -> list[AnnotatedDocument | Failure]:
        """Return each document annotated, in order; what failed before it came here, or fails here, fails alone."""
        answers = iter(self._read([document for document in documents if isinstance(document, Document)]))
        return [next(answers) if isinstance(document, Document) else document for document in documents]

    def _read(self, documents: Sequence[Document]) -> list[AnnotatedDocument | Failure]:
        return answer_by_language(self._read_in, documents, document=lambda document: document)

    def _read_in(self, language: str, documents: Sequence[Document]) -> list[AnnotatedDocument]:
        reader, second = self.readers(language), self.seconds.find(language)
        return [self._weighed(annotated, reader.card.name, second) for annotated in reader.read(documents)]

    def _weighed(self, annotated: AnnotatedDocument, judge: str, second: AssertionEngine | None) -> AnnotatedDocument:
        assertions = [assertion for assertion in annotated.assertions if assertion is not None]
        weighed = iter(second_opinion(second, annotated.document, assertions, judge=judge, tolerance=self.tolerance))
        return replace(
            annotated,
            assertions=tuple(assertion and next(weighed) for assertion in annotated.assertions),
            sentences=with_foreign(annotated.document, annotated.sentences),
        )


def second_opinion(
    engine: AssertionEngine | None,
    document: Document,
    assertions: Sequence[Assertion],
    *,
    judge: str,
    tolerance: Tolerance,
) -> Sequence[Assertion]:
    """Return the ``assertions`` of ``judge`` with the reading of ``engine`` beside those it strongly disagrees with."""
    # An engine that contradicts itself tells nobody anything.
    if engine is None or engine.card.name == judge or not assertions:
        return assertions
    others = engine.assess(document, [assertion.target for assertion in assertions])
    return [
        with_conflict(assertion, other, engine=engine.card.name, tolerance=tolerance)
        for assertion, other in zip(assertions, others, strict=True)
    ]
