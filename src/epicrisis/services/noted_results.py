"""Results that a note tells, as tests to be measured: of several of one test the last that is not of before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from epicrisis.domain.records import CodeSystem, Measurement, MeasurementKind, NoteRecord
from epicrisis.domain.spans import Span
from epicrisis.engines.differential.answering import told_by
from epicrisis.engines.differential.matching import every
from epicrisis.engines.differential.measuring import Result
from epicrisis.text.phrases import alternatives, folded

# Of a troponin that is neither I nor T by name, what both show is so.
_TROPONIN_I, _TROPONIN_T = "10839-9", "6598-7"
# How far before and behind a number words may say when it was.
_BEFORE, _BEHIND = 24, 28
_ENDS = re.compile(r"[.;\n]\s")


def latest(record: NoteRecord, text: str) -> Iterator[tuple[Result, Span]]:
    """Yield the results of ``record`` by test, and where each stands in ``text``."""
    found = [(each, result) for each in record.measurements if (result := _result(each)) is not None]
    tests: dict[str, list[tuple[Measurement, Result]]] = {}
    for each, result in found:
        tests.setdefault(result.loinc, []).append((each, result))
    for several in tests.values():
        extreme = [each for each in several if len(several) > 1 and _is_extreme(each[0], text)]
        usual = [each for each in several if each not in extreme] or several
        now = [each for each in usual if not _is_earlier(each[0], text, several)] or usual
        # A fever at home is one where there is none at the visit; what is measured in blood is what it was last.
        counts = now if now[0][0].kind is MeasurementKind.VITAL else now[-1:]
        yield from ((result, told.value.span) for told, result in dict.fromkeys((*extreme, *counts)))


def _result(each: Measurement) -> Result | None:
    loinc = next((code.code for code in each.codes if code.system == CodeSystem.LOINC), None)
    others: tuple[str, ...] = ()
    if loinc is None and folded(each.name.text) in every("troponin"):
        loinc, others = _TROPONIN_I, (_TROPONIN_T,)
    if loinc is None:
        return None
    if each.quantity is None:
        told = told_by(each.value.text)
        return None if told is None else Result(loinc, told, others=others)
    unit = each.quantity.ucum or ""
    # A troponin is told in ng/mL or in ng/L, and a thousand lie between.
    if others and not unit:
        return None
    return Result(loinc, each.quantity.value, unit, each.reference, each.quantity.comparator or "", others)


def _is_extreme(each: Measurement, text: str) -> bool:
    low = folded(text[max(0, each.value.span.start - _BEFORE) : each.value.span.start])
    return any(_words("extreme").search(words) for words in (folded(each.name.text), _last(low)))


def _is_earlier(each: Measurement, text: str, several: list[tuple[Measurement, Result]]) -> bool:
    """Return whether words beside a number say that it was before: its time, or what stands around it alone."""
    if each.time is not None and _words("earlier").search(folded(each.time.text)):
        return True
    span = each.value.span
    others = [other.value.span for other, _ in several]
    start = max([span.start - _BEFORE, 0, *(other.end for other in others if other.end <= span.start)])
    end = min([span.end + _BEHIND, *(other.start for other in others if other.start >= span.end)])
    behind = _ENDS.split(folded(text[span.end : end]))[0].split(",")[0]
    before = _last(folded(text[start : span.start]))
    return bool(_words("earlier").search(before)) or bool(_words("dated").match(behind.lstrip()))


def _last(words: str) -> str:
    return _ENDS.split(words)[-1]


@cache
def _words(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{alternatives(every(name))})(?![^\W_])")
