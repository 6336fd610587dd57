"""Finds what says whose a note is: patterns and, where a language has one, the learnt engine, told as one answer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identified, Identifier, Spared
from epicrisis.engines.contracts import EngineCard, FindsBesidePatterns, IdentifierEngine, ReadsMeanwhile
from epicrisis.engines.privacy.patterns.engine import Look, PatternIdentifierEngine
from epicrisis.engines.privacy.tagged import clinical_fact
from epicrisis.services.core import Core
from epicrisis.services.outcomes import Failure, answer_each
from epicrisis.services.queueing import Work
from epicrisis.services.readers import ByLanguage, answer_by_language


@dataclass(frozen=True, slots=True)
class _Sorted:
    """What a learnt engine found: identifiers, and facts it names beside them."""

    identifiers: tuple[Identifier, ...]
    facts: tuple[Spared, ...]


class Identify:
    """The patterns read every document, and the learnt engine of its language beside them.

    What overlaps becomes one identifier of the kind that is surest; look-alikes are spared, each with its reason.
    """

    def __init__(self, *, patterns: PatternIdentifierEngine, learnt: ByLanguage[IdentifierEngine], core: Core) -> None:
        self.patterns = patterns
        self.learnt = learnt
        self.core = core
        self.work: Work[Document, Identified] = Work("identifiers", self._identify, document=lambda each: each)

    def cards(self, language: str) -> tuple[EngineCard, ...]:
        """Return the cards of what reads ``language``: the patterns, and the learnt engine where there is one."""
        learnt = language.partition("-")[0].lower() in self.learnt.languages
        return (self.patterns.card, self.learnt.card(language)) if learnt else (self.patterns.card,)

    async def __call__(self, documents: Sequence[Document | Failure]) -> list[list[Identifier] | Failure]:
        """Return the identifiers of each document, in order, each in the order of its text and without overlaps.

        Raises:
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        return [
            found if isinstance(found, Failure) else list(found.identifiers)
            for found in await self.explained(documents)
        ]

    async def explained(self, documents: Sequence[Document | Failure]) -> list[Identified | Failure]:
        """Return what ``__call__`` does, with what was spared and why; raises as it does."""
        asked = [document for document in documents if isinstance(document, Document)]
        outcomes = iter(await self.core.ask_all(self.work, asked))
        return [next(outcomes) if isinstance(document, Document) else document for document in documents]

    def many(self, documents: Sequence[Document | Failure]) -> list[Identified | Failure]:
        """Return what each document says of whose it is, in order; what failed before, or fails here, fails alone."""
        asked = [document for document in documents if isinstance(document, Document)]
        outcomes = iter(answer_each(self._identify, asked, document=lambda each: each))
        return [next(outcomes) if isinstance(document, Document) else document for document in documents]

    def _identify(self, documents: Sequence[Document]) -> list[Identified | Failure]:
        return answer_by_language(self._identify_in, documents, document=lambda each: each)

    def _identify_in(self, language: str, documents: Sequence[Document]) -> list[Identified]:
        engine = self.learnt.find(language)
        # One that reads on threads of its own reads while the patterns do.
        with engine.begun(documents) if isinstance(engine, ReadsMeanwhile) else nullcontext() as begun:
            looks = [self.patterns.look(document) for document in documents]
            learnt = begun() if begun else self._learnt(engine, documents, looks)
        return [self._told(look, _sorted(own)) for look, own in zip(looks, learnt, strict=True)]

    def _learnt(
        self, engine: IdentifierEngine | None, documents: Sequence[Document], looks: Sequence[Look]
    ) -> Sequence[Sequence[Identifier]]:
        if engine is None:
            return [()] * len(documents)
        if isinstance(engine, FindsBesidePatterns):
            return engine.find_beside(documents, [look.found for look in looks])
        return engine.find(documents)

    def _told(self, look: Look, learnt: _Sorted) -> Identified:
        told = look.told(learnt.identifiers)
        return Identified(look.document, told.identifiers, (*told.spared, *learnt.facts))


def _sorted(found: Sequence[Identifier]) -> _Sorted:
    facts = {one: clinical_fact(one) for one in found}
    return _Sorted(
        tuple(one for one, fact in facts.items() if fact is None),
        tuple(Spared(one.span, one.kind, fact) for one, fact in facts.items() if fact is not None),
    )
