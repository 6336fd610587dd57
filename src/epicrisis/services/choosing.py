"""Which engine reads, judges and labels which language: names in, engines to be had out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from epicrisis.engines import registry
from epicrisis.engines.contracts import AssertionEngine, EngineCard, IdentifierEngine, LabelsSentences
from epicrisis.engines.record_contracts import ExtractionEngine, NoteSummaryEngine
from epicrisis.engines.registry import Group
from epicrisis.errors import InvalidSettings
from epicrisis.services.readers import ByLanguage, Engine, Offer, Readers, preferring
from epicrisis.services.self_tests import prove_finder, prove_judge, prove_reader, prove_recorder, prove_summariser


class Foreign(AssertionEngine, LabelsSentences, Protocol):
    """An engine from elsewhere: it judges, and labels too."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of an installation, each by the languages it answers for."""

    readers: Readers
    judges: ByLanguage[AssertionEngine]
    labellers: ByLanguage[LabelsSentences]
    seconds: ByLanguage[AssertionEngine]

    def load(self, languages: Collection[str]) -> None:
        """Build the engines of ``languages`` now.

        Raises:
            InvalidSettings: nothing reads one of them.
            ArtifactError: a file is missing or not what its card says, or an engine failed its self-test.
        """
        for language in languages:
            if language not in self.readers.languages:
                raise InvalidSettings(
                    f"EPICRISIS_PRELOAD: nothing here reads {language!r}; leave it out, or name what does "
                    "(EPICRISIS_READER_ES)."
                )
            for engines in (self.readers, self.judges, self.labellers, self.seconds):
                engines.find(language)


def chosen(
    *, readers: Mapping[str, str], judges: Mapping[str, str], second: str, foreign: Foreign | None = None
) -> Engines:
    """Return the engines named for each language; ``foreign`` goes before whoever judges and labels those it reads.

    Each of ours has to read a sentence right when it is built, before anybody has it: also one that is built late.

    Raises:
        UnknownEngine: no installed package offers one of them.
        UnknownLanguage: one does not read the language it is named for.
        ArtifactError: a card is missing or cannot be read.
    """
    read = reading(readers)
    seconds = judging(_heard(second, read.languages))
    if foreign is None:
        return Engines(read, judging(judges), read, seconds)
    others = {language: name for language, name in judges.items() if language not in foreign.card.languages}
    return Engines(read, preferring(foreign, judging(others)), preferring(foreign, read), seconds)


def reading(names: Mapping[str, str]) -> Readers:
    """Return the note readers named for each language; raises as ``chosen``."""
    return _offered(Group.READERS, registry.note_reader, names, prove_reader)


def judging(names: Mapping[str, str]) -> ByLanguage[AssertionEngine]:
    """Return the assertion engines named for each language; raises as ``chosen``."""
    return _offered(Group.ASSERTION, registry.assertion_engine, names, prove_judge)


def of_model(
    card: EngineCard, load: Callable[[], Engine], languages: Collection[str], prove: Callable[[Engine, str], None]
) -> ByLanguage[Engine]:
    """Return the engine of ``card`` for each of ``languages``: what ``load`` loads, once ``prove`` has seen it read."""

    def proven(language: str) -> Engine:
        engine = load()
        prove(engine, language)
        return engine

    return ByLanguage({language: Offer(card, partial(proven, language)) for language in languages})


def learnt_identifiers(readers: Mapping[str, str]) -> ByLanguage[IdentifierEngine]:
    """Return the identifier engines that share their weights with the readers of each language, where they have one.

    Raises:
        ArtifactError: a card is missing or cannot be read.
    """
    known = registry.installed(Group.IDENTIFIERS)
    shared = {language: name for language, name in readers.items() if name in known}
    return _offered(Group.IDENTIFIERS, registry.identifier_engine, shared, prove_finder)


def recorders(name: str, languages: Collection[str]) -> ByLanguage[ExtractionEngine]:
    """Return the extraction engine ``name`` for those of ``languages`` that it reads.

    Raises:
        UnknownEngine: no installed package offers it.
    """
    card = registry.card(Group.EXTRACTION, name)
    known = {language: name for language in languages if language in card.languages}
    return _offered(Group.EXTRACTION, registry.extraction_engine, known, prove_recorder)


def summarisers(name: str, languages: Collection[str]) -> ByLanguage[NoteSummaryEngine]:
    """Return the summary engine ``name`` for those of ``languages`` that it reads.

    Raises:
        UnknownEngine: no installed package offers it.
    """
    card = registry.card(Group.SUMMARIES, name)
    known = {language: name for language in languages if language in card.languages}
    return _offered(Group.SUMMARIES, registry.summary_engine, known, prove_summariser)


def _offered(
    group: Group,
    find: Callable[[str, str], Engine],
    names: Mapping[str, str],
    prove: Callable[[Engine, str], None],
) -> ByLanguage[Engine]:
    return ByLanguage(
        {
            language: Offer(registry.card(group, name, language), partial(_proven, find, name, language, prove))
            for language, name in names.items()
        }
    )


def _proven(
    find: Callable[[str, str], Engine], name: str, language: str, prove: Callable[[Engine, str], None]
) -> Engine:
    engine = find(name, language)
    prove(engine, language)
    return engine


def _heard(name: str, languages: Collection[str]) -> dict[str, str]:
    """Return the languages in which the second engine is heard: those it reads."""
    read = registry.card(Group.ASSERTION, name).languages if name else ()
    return {language: name for language in languages if language in read}
