"""A differential as plain JSON, the shape of ``/v1/differentials``, and back: each claim with what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from epicrisis.domain.differentials import (
    Alarm,
    Case,
    Differential,
    FindingKind,
    Hypothesis,
    Observed,
    Question,
    Severity,
    Urgency,
    Weighed,
    WhatIf,
)
from epicrisis.domain.documents import Document
from epicrisis.domain.patients import Sex, Source
from epicrisis.domain.records import Code
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidRow, InvalidSpan
from epicrisis.formats.reading import Reader
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


def differential_from_plain(plain: Mapping[str, Any], note: Document | None = None) -> Differential:
    """Return what ``differential_to_plain`` wrote, offsets in code points of ``note`` whatever they counted.

    Raises:
        InvalidRow: a field is missing or holds another kind of value.
        InvalidSpan: an offset lies outside ``note`` or inside a character, other words stand there, or it is missing.
    """
    try:
        read = _Reading(note, None if note is None else Reader.of(plain, note.text))
        return Differential(
            case=read.case(plain["case"]),
            hypotheses=tuple(map(read.hypothesis, plain["hypotheses"])),
            none_of_these=plain["none_of_these"],
            questions=tuple(
                Question(each["finding"], each["name"], FindingKind(each["kind"]), each["bits"])
                for each in plain["questions"]
            ),
            alarms=tuple(map(read.alarm, plain["alarms"])),
            engine=plain["engine"],
            version=plain["version"],
            warnings=tuple(plain["warnings"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as cause:
        raise InvalidRow(
            f"The differential is not as `/v1/differentials` writes it ({type(cause).__name__})."
        ) from cause


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


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads what may quote a note."""

    note: Document | None
    read: Reader | None

    def case(self, plain: Plain) -> Case:
        severity = plain["severity"]
        return Case(
            age=plain["age"],
            sex=Sex(plain["sex"]),
            severity=None if severity is None else Severity(severity),
            observed=tuple(map(self.observed, plain["findings"])),
            known=tuple(plain["known_conditions"]),
            unmatched=tuple(plain["unmatched"]),
        )

    def hypothesis(self, plain: Plain) -> Hypothesis:
        code = plain["code"]
        return Hypothesis(
            condition=plain["condition"],
            name=plain["name"],
            code=Code(code["system"], code["code"], code["display"]),
            confidence=plain["confidence"],
            score=plain["score"],
            prior=plain["prior"],
            urgency=Urgency(plain["urgency"]),
            supporting=tuple(map(self.weighed, plain["supporting"])),
            opposing=tuple(map(self.weighed, plain["opposing"])),
            missing=tuple(map(_what_if_from, plain["missing"])),
            red_flags=tuple(plain["red_flags"]),
            tests=tuple(plain["tests"]),
            is_known=plain["is_known"],
        )

    def alarm(self, plain: Plain) -> Alarm:
        return Alarm(self.observed(plain), plain["name"], tuple(plain["conditions"]))

    def weighed(self, plain: Plain) -> Weighed:
        return Weighed(self.observed(plain), plain["name"], plain["weight"])

    def observed(self, plain: Plain) -> Observed:
        source = None if plain["source"] is None else Source(plain["source"], self._span(plain["span"]))
        return Observed(plain["finding"], plain["present"], plain["told"], source)

    def _span(self, plain: Plain | None) -> Span | None:
        if plain is None:
            return None
        if self.note is None or self.read is None:
            raise InvalidSpan("The differential quotes a note; read it with the note it is of.")
        span = self.read.span(plain)
        if plain["text"] != self.note.quote(span):
            raise InvalidSpan(
                f"Document {self.note.id!r} has other words at {span.start}; read it with the note it is of."
            )
        return span


def _what_if_from(plain: Plain) -> WhatIf:
    return WhatIf(
        plain["finding"],
        plain["name"],
        FindingKind(plain["kind"]),
        plain["confidence_if_present"],
        plain["confidence_if_absent"],
    )
