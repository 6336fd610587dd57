"""Results that a note tells: of several of one test the last that is not of before, and no positive that is denied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from epicrisis.domain.assertions import Assertion, Experiencer, Status, Temporality
from epicrisis.domain.records import CodeSystem, Measurement, MeasurementKind, NoteRecord
from epicrisis.domain.spans import Span
from epicrisis.engines.differential.answering import Told, told_by
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.matching import Match, Target
from epicrisis.engines.differential.measuring import Result
from epicrisis.engines.differential.settling import OPEN
from epicrisis.engines.differential.wordlists import every, phrases
from epicrisis.text.phrases import folded

# Of a troponin that is neither I nor T by name, what both show is so.
_TROPONIN_I, _TROPONIN_T = "10839-9", "6598-7"
# Of these a "basal" result is that of before, and of others that of who fasts, rests or breathes air: creatinine,
# hemoglobin.
_USUAL = frozenset({"2160-0", "718-7"})
# How far before and behind a number words may say when it was.
_BEFORE, _BEHIND = 24, 28
_BOUND = re.compile(r"[<>≤≥]")
_ENDS = re.compile(r"[.;\n]\s")


def named(matches: Sequence[Match], text: str, tested: Sequence[tuple[Span, str, Told]]) -> list[Match]:
    """Return ``matches`` without what is read as a result: bounds of what is measured, and tests that are negative.

    "HR <60" is a number or, in "hold for HR <60", none; a "HIV test negative" tells of no HIV.
    """
    negative = [span for span, _, told in tested if told is Told.NEGATIVE]
    kept = [
        each
        for each in matches
        if not (_BOUND.search(text, each.span.start, each.span.end) and _is_measured(each.targets))
        and not any(span.overlaps(each.span) for span in negative)
    ]
    # What means nothing here is looked up no further.
    return sorted([*kept, *(Match(span, ()) for span in negative)], key=lambda each: each.span)


def results_of(
    record: NoteRecord,
    text: str,
    tested: Sequence[tuple[Span, str, Told]],
    judged: Sequence[Assertion],
    absent: Sequence[Span] = (),
) -> list[tuple[Result, Span]]:
    """Return what ``record`` has measured and what tests answer, and where each stands; ``judged[i]`` is of a test.

    What is measured in words is so where its test is, and where what stands there is not ``absent``: "no blood cultures
    positive", "no positive blood cultures".
    """
    pairs = list(zip(tested, judged, strict=True))
    unsaid = [test[0] for test, each in pairs if not _holds(test[2], each)]
    measured = [
        (result, span)
        for result, span in latest(record, text)
        if not (isinstance(result.value, Told) and any(span.overlaps(other) for other in unsaid))
        and not (result.value is Told.POSITIVE and any(span.overlaps(other) for other in absent))
    ]
    answered = [
        (Result(loinc, told), span)
        for (span, loinc, told), each in pairs
        if _holds(told, each)
        and each.temporality is Temporality.CURRENT
        # What the record has measured is not told again by its phrase.
        and not any(span.overlaps(other) for _, other in measured)
    ]
    return [*measured, *answered]


def _holds(told: Told, judged: Assertion) -> bool:
    """Return whether a test of the patient answered so: what may be is no answer, nor is a positive that is denied."""
    is_denied = told is Told.POSITIVE and judged.status is Status.ABSENT
    return judged.experiencer is Experiencer.PATIENT and judged.status not in OPEN and not is_denied


@cache
def _measured() -> frozenset[str]:
    return frozenset(each.finding for each in knowledge_base().measures)


def _is_measured(targets: Sequence[Target]) -> bool:
    return all(each.id in _measured() for each in targets)


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
    return any(phrases("extreme").first(words) for words in (folded(each.name.text), _last(low)))


def _is_earlier(each: Measurement, text: str, several: list[tuple[Measurement, Result]]) -> bool:
    """Return whether words beside a number say that it was before: its time, or what stands around it alone."""
    words = [phrases("earlier"), *([phrases("usually")] if several[0][1].loinc in _USUAL else [])]
    if each.time is not None and any(told.first(folded(each.time.text)) for told in words):
        return True
    span = each.value.span
    others = [other.value.span for other, _ in several]
    start = max([span.start - _BEFORE, 0, *(other.end for other in others if other.end <= span.start)])
    end = min([span.end + _BEHIND, *(other.start for other in others if other.start >= span.end)])
    behind = _ENDS.split(folded(text[span.end : end]))[0].split(",")[0].lstrip()
    before = _last(folded(text[start : span.start]))
    dated = phrases("dated").first(behind)
    return any(told.first(before) for told in words) or (dated is not None and dated.start == 0)


def _last(words: str) -> str:
    return _ENDS.split(words)[-1]
