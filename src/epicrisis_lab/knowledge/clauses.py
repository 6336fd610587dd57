"""The clauses that teach what findings sound like: written for this package, one file a language."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from epicrisis.domain.differentials import FindingKind
from epicrisis.engines.differential.knowledge.base import KnowledgeBase
from epicrisis.engines.differential.knowledge.reading import tables, words_in
from epicrisis.engines.differential.likeness import NOTHING

TAUGHT = (FindingKind.SYMPTOM, FindingKind.SIGN, FindingKind.VITAL, FindingKind.HISTORY)
"""What people tell in words of their own; laboratories and studies have names."""
MOST_PHRASES = 4
"""How many of its names teach a finding beside its clauses: names are found by the phrasebook anyway."""


@dataclass(frozen=True, slots=True)
class Clause:
    """What tells one finding, or nothing, and whether they say that it is there; ``is_name`` where they name it.

    One of a note has what stands ``before`` and ``after`` it in its sentence.
    """

    finding: str
    present: bool
    text: str
    is_name: bool = False
    before: str = ""
    after: str = ""


def clauses(language: str) -> Iterator[Clause]:
    """Yield the clauses written in ``language``."""
    content = (files(__package__) / "clauses" / f"{language}.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(content.splitlines()):
        yield Clause(row["finding"], row["polarity"] == "+", row["clause"])


def teaching(base: KnowledgeBase, language: str) -> list[Clause]:
    """Return what teaches the findings people tell: their clauses, their name, and some of what they are called.

    Clauses that tell nothing are among them.
    """
    taught = {each.id: each for each in base.findings.values() if each.kind in TAUGHT}
    names: dict[str, list[str]] = {name: [each.names[language]] for name, each in taught.items()}
    for finding, phrase in words_in(tables(), language):
        if finding in names and len(names[finding]) <= MOST_PHRASES:
            names[finding].append(phrase)
    told = [each for each in clauses(language) if each.finding in taught or each.finding == NOTHING]
    return [*told, *(Clause(name, True, text, is_name=True) for name, each in names.items() for text in each)]
