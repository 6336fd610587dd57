"""What the findings and conditions of the knowledge base are called, as a phrasebook a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from epicrisis.domain.differentials import FindingKind
from epicrisis.engines.differential.knowledge.base import KnowledgeBase
from epicrisis.engines.differential.knowledge.reading import LANGUAGES, knowledge_base
from epicrisis.engines.differential.matching import Phrasebook, Target

_FAMILY = "family-history-"


def phrasebook_of(base: KnowledgeBase, words: Iterable[tuple[str, str]], language: str) -> Phrasebook:
    """Return the phrasebook of ``language``; ``words`` are what findings are called there beside their names.

    What is the name of a finding and of a condition means the finding where a patient tells it ("headache"), and both
    where it is an illness they have ("asthma").
    """
    phrases: dict[Target, list[str]] = {Target(each.id): [each.names[language]] for each in base.findings.values()}
    for finding, phrase in words:
        phrases[Target(finding)].append(phrase)
    book = Phrasebook(phrases)
    for condition in base.conditions.values():
        named = (condition.names[language], *condition.synonyms[language])
        own = [name for name in named if _is_illness(book.meaning(name), base)]
        book.add(Target(condition.id, is_condition=True), own)
    return book


def family_of(base: KnowledgeBase) -> Mapping[str, str]:
    """Return, for each finding and condition that runs in families, the finding that it does."""
    past = "history-of-"
    known = {each.removeprefix(_FAMILY): each for each in base.findings if is_of_family(each)}
    told = {f"{past}{name}": finding for name, finding in known.items() if f"{past}{name}" in base.findings}
    named = {name: finding for name, finding in known.items() if name in base.conditions}
    return {**told, **named, **{each.id: each.family for each in base.conditions.values() if each.family}}


def is_of_family(finding: str) -> bool:
    """Return whether ``finding`` is that something runs in the family."""
    return finding.startswith(_FAMILY)


@cache
def names_in(language: str) -> Mapping[str, str]:
    """Return what the findings of the shipped tables are called, by their ids: in English where not in ``language``."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    return {each.id: each.names[known] for each in knowledge_base().findings.values()}


def _is_illness(targets: Sequence[Target], base: KnowledgeBase) -> bool:
    return all(each.is_condition or base.findings[each.id].kind is FindingKind.HISTORY for each in targets)
