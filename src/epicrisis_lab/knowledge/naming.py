"""What others' names of illnesses and symptoms mean in the knowledge base, by the phrasebook of the product."""

from __future__ import annotations

import re
from collections.abc import Iterator

from epicrisis.engines.differential.knowledge.base import KnowledgeBase
from epicrisis.engines.differential.knowledge.entries import Condition
from epicrisis.engines.differential.knowledge.reading import knowledge_base, tables, words_in
from epicrisis.engines.differential.matching import Phrasebook, Target
from epicrisis.engines.differential.naming import phrasebook_of

# "Hyperthyroidism (Graves disease)", "Gout, acute flare": each part is a name too.
_PARTS = re.compile(r"[(),]")


class Names:
    """English names, each as the phrasebook has it or in nearly those words.

    Who asks for an illness means one: there a condition is looked for under all its names, those of findings too.
    """

    def __init__(self, base: KnowledgeBase, findings: Phrasebook) -> None:
        self.base = base
        self._findings = findings
        self._conditions = Phrasebook(
            {Target(each.id, is_condition=True): _names(each) for each in base.conditions.values()}
        )

    def condition(self, name: str) -> str | None:
        """Return the condition called ``name``, if it is one."""
        return next((each.id for each in _meant(self._conditions, name)), None)

    def finding(self, name: str) -> str | None:
        """Return the finding called ``name``, if it is one."""
        return next((each.id for each in _meant(self._findings, name) if not each.is_condition), None)


def shipped_names() -> Names:
    """Return the names of the shipped tables."""
    base = knowledge_base()
    return Names(base, phrasebook_of(base, words_in(tables(), "en"), "en"))


def _names(condition: Condition) -> Iterator[str]:
    yield condition.names["en"]
    yield from condition.synonyms["en"]
    first, *others = _PARTS.split(condition.names["en"])
    if others:
        yield first
    if "(" in condition.names["en"]:
        yield others[0]


def _meant(book: Phrasebook, name: str) -> tuple[Target, ...]:
    exact = book.meaning(name)
    if exact:
        return exact
    near = book.nearest(name)
    return () if near is None else near.targets
