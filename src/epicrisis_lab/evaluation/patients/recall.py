"""Which facts of a record a summary tells: by name, on the page, and with the resource that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from epicrisis_lab.evaluation.patients.facts import Fact
from epicrisis_lab.evaluation.patients.sentences import Sentence
from epicrisis_lab.evaluation.patients.tokens import clauses, is_any, numbers_in, words_in

_ESCAPED = re.compile(r"\\([^\w\s])")


def untold(facts: Sequence[Fact], sentences: Sequence[Sentence], markdown: str) -> Iterator[Fact]:
    """Yield those of ``facts`` that no sentence tells, or whose sentence is not on the page."""
    page = _flat(markdown)
    for fact in facts:
        if not any(tells(each, fact) and _flat(each.text) in page for each in sentences):
            yield fact


def tells(sentence: Sentence, fact: Fact) -> bool:
    """Return whether ``sentence`` cites a resource of ``fact`` and names it, with its value where it has one."""
    if not set(sentence.references) & set(fact.references):
        return False
    # The value and its resource tell one test from another; nobody writes the whole name of LOINC.
    name = set(words_in(fact.name)[: None if fact.value is None else 1])
    _, _, parts = clauses(sentence.text)
    named = (part for part in parts if name <= set(words_in(part)))
    return any(fact.value is None or _shows(part, fact.value) for part in named)


def _shows(part: str, value: float) -> bool:
    return any(is_any(token, [value]) for token in numbers_in(part))


def _flat(text: str) -> str:
    return " ".join(_ESCAPED.sub(r"\1", text).replace("*", "").split())
