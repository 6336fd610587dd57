"""Which entries of a record and which words of its notes mean the same, where they share no code and no word.

A record says "Diabetes mellitus type 2" in SNOMED CT, its notes say "T2DM". Our linkers give both names one code of
ICD-10-CM, and by that a note's problem takes the codes of the record's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from epicrisis.domain.patients import Condition, PatientRecord
from epicrisis.domain.records import Code
from epicrisis.engines.record_contracts import Coded, Mention
from epicrisis.text.language import detect_language

# A code our linkers are less sure of than this joins no two things.
SURE = 0.9

Link: TypeAlias = Callable[[Sequence[Mention]], Sequence[Sequence[Code]]]
"""Returns the codes of each mention, the likeliest first."""
Twins: TypeAlias = Mapping[tuple[str, str], tuple[Code, ...]]
"""By system and code of ours, the codes that the record has for that."""


def twins_of(record: PatientRecord, link: Link) -> Twins:
    """Return what ``link`` calls the coded conditions of ``record``, where one code of ours means one of them alone."""
    coded = [each for each in record.conditions if each.concept.codes and each.source.span is None]
    names = list(dict.fromkeys(each.concept.text for each in coded))
    language = detect_language(". ".join(names))
    found = link([Mention(name, Coded.PROBLEM, language) for name in names])
    ours = {name: sure(codes) for name, codes in zip(names, found, strict=True)}
    meant: dict[tuple[str, str], dict[frozenset[tuple[str, str]], tuple[Code, ...]]] = defaultdict(dict)
    for each in coded:
        for code in ours[each.concept.text]:
            meant[code.system, code.code][_keys(each)] = each.concept.codes
    return {key: next(iter(groups.values())) for key, groups in meant.items() if len(groups) == 1}


def sure(codes: Sequence[Code]) -> tuple[Code, ...]:
    """Return the likeliest of ``codes`` where it is sure, or nothing."""
    return tuple(code for code in codes if code.score >= SURE)[:1]


def _keys(condition: Condition) -> frozenset[tuple[str, str]]:
    return frozenset((code.system, code.code) for code in condition.concept.codes)
