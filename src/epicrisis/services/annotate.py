"""Reads whole notes: what they name, and what they say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion
from epicrisis.domain.documents import Document
from epicrisis.engines.contracts import AssertionEngine, NoteReader
from epicrisis.services.conflicts import Tolerance, with_conflict
from epicrisis.services.core import Core
from epicrisis.services.outcomes import Failure, answer_each, answered
from epicrisis.services.queueing import Work


class Annotate:
    """One reader reads the note; a second engine, where it is another one, is heard on every status."""

    def __init__(self, *, reader: NoteReader, second: AssertionEngine | None, tolerance: Tolerance, core: Core) -> None:
        self.reader = reader
        self.second = second
        self.tolerance = tolerance
        self.core = core
        self.work: Work[Document, AnnotatedDocument] = Work("annotate", self._read, document=lambda document: document)

    async def __call__(self, document: Document) -> AnnotatedDocument:
        """Return ``document`` annotated, read in a batch with whatever else waits.

        Raises:
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        return answered(await self.core.ask(self.work, document))

    async def batch(self, documents: Sequence[Document | Failure]) -> list[AnnotatedDocument | Failure]:
        """Return what ``many`` returns, read in batches with whatever else waits; raises as calling does."""
        notes = [document for document in documents if isinstance(document, Document)]
        outcomes = iter(await self.core.ask_all(self.work, notes))
        return [next(outcomes) if isinstance(document, Document) else document for document in documents]

    def one(self, document: Document) -> AnnotatedDocument:
        """Return ``document`` annotated, read here and now."""
        return self._read([document])[0]

    def many(self, documents: Sequence[Document | Failure]) -> list[AnnotatedDocument | Failure]:
        """Return each document annotated, in order; what failed before it came here, or fails here, fails alone."""
        answers = iter(
            answer_each(
                self._read,
                [document for document in documents if isinstance(document, Document)],
                document=lambda document: document,
            )
        )
        return [next(answers) if isinstance(document, Document) else document for document in documents]

    def _read(self, documents: Sequence[Document]) -> list[AnnotatedDocument]:
        return [self._weighed(annotated) for annotated in self.reader.read(documents)]

    def _weighed(self, annotated: AnnotatedDocument) -> AnnotatedDocument:
        assertions = [assertion for assertion in annotated.assertions if assertion is not None]
        judge = self.reader.card.name
        weighed = iter(
            second_opinion(self.second, annotated.document, assertions, judge=judge, tolerance=self.tolerance)
        )
        return replace(annotated, assertions=tuple(assertion and next(weighed) for assertion in annotated.assertions))


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
