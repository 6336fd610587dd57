"""A differential as plain JSON, the shape of ``/v1/differentials``: each claim with what it rests on."""

from __future__ import annotations

from epicrisis.domain.differentials import (
    Alarm,
    Case,
    Differential,
    Hypothesis,
    Observed,
    Question,
    Severity,
    Weighed,
    WhatIf,
)
from epicrisis.domain.documents import Document
from epicrisis.formats.writing import Plain, Writer, probability
from epicrisis.text.alignment import OffsetUnit

NOTICE = {
    "en": "Decision support for clinicians, made by a program and attested by nobody; it is no diagnosis.",
    "es": "Apoyo a la decisión clínica, hecho por un programa y que nadie avala; no es un diagnóstico.",
}
_NATS = 3


def differential_to_plain(
    differential: Differential,
    *,
    language: str = "en",
    note: Document | None = None,
    offset_unit: OffsetUnit = OffsetUnit.CODE_POINT,
) -> Plain:
    """Return ``differential`` as values ``json.dumps`` takes; offsets count ``offset_unit`` of ``note``."""
    observed = differential.case.observed
    spans = [each.source.span for each in observed if each.source is not None and each.source.span is not None]
    write = _Telling(None if note is None else Writer.over(note.text, spans, offset_unit))
    return {
        "language": language,
        "offset_unit": offset_unit.value,
        "notice": NOTICE[language],
        "case": write.case(differential.case),
        "hypotheses": [write.hypothesis(each) for each in differential.hypotheses],
        "none_of_these": probability(differential.none_of_these),
        "alarms": [write.alarm(each) for each in differential.alarms],
        "questions": [_question(each) for each in differential.questions],
        "engine": differential.engine,
        "version": differential.version,
        "warnings": list(differential.warnings),
    }


class _Telling:
    """Writes what may quote a note."""

    def __init__(self, write: Writer | None) -> None:
        self._write = write

    def case(self, case: Case) -> Plain:
        severity: Severity | None = case.severity
        return {
            "age": case.age,
            "sex": case.sex.value,
            "severity": None if severity is None else severity.value,
            "findings": [self.observed(each) for each in case.observed],
            "known_conditions": list(case.known),
            "unmatched": list(case.unmatched),
        }

    def hypothesis(self, each: Hypothesis) -> Plain:
        return {
            "condition": each.condition,
            "name": each.name,
            "code": {"system": each.code.system, "code": each.code.code, "display": each.code.display},
            "confidence": probability(each.confidence),
            "score": round(each.score, _NATS),
            "prior": round(each.prior, _NATS),
            "urgency": each.urgency.value,
            "is_known": each.is_known,
            "supporting": [self.weighed(weighed) for weighed in each.supporting],
            "opposing": [self.weighed(weighed) for weighed in each.opposing],
            "missing": [_what_if(what_if) for what_if in each.missing],
            "red_flags": list(each.red_flags),
            "tests": list(each.tests),
        }

    def alarm(self, each: Alarm) -> Plain:
        return {**self.observed(each.observed), "name": each.name, "conditions": list(each.conditions)}

    def weighed(self, each: Weighed) -> Plain:
        return {**self.observed(each.observed), "name": each.name, "weight": round(each.weight, _NATS)}

    def observed(self, each: Observed) -> Plain:
        span = None if each.source is None else each.source.span
        return {
            "finding": each.finding,
            "present": each.present,
            "told": each.told,
            "source": None if each.source is None else each.source.reference,
            "span": None if span is None or self._write is None else self._write.span(span),
        }


def _what_if(each: WhatIf) -> Plain:
    return {
        "finding": each.finding,
        "name": each.name,
        "kind": each.kind.value,
        "confidence_if_present": probability(each.if_present),
        "confidence_if_absent": probability(each.if_absent),
    }


def _question(each: Question) -> Plain:
    return {"finding": each.finding, "name": each.name, "kind": each.kind.value, "bits": round(each.gain, _NATS)}
