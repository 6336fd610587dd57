"""A judged text as plain JSON, the same for ``epicrisis assess --json`` and ``/v1/assertions``; and back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from epicrisis.domain.assertions import Assertion, Scheme, SentenceLabel, projected, to_three_labels
from epicrisis.domain.assessments import Assessment, Coverage
from epicrisis.domain.attributions import Attribution
from epicrisis.domain.documents import Document
from epicrisis.domain.sections import section_of
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidRow
from epicrisis.formats.reading import Reader
from epicrisis.formats.writing import (
    Plain,
    Writer,
    probabilities,
    probability,
    spans_of_assertion,
    spans_of_sections,
)
from epicrisis.text.alignment import OffsetUnit

_NOTE = (
    "Each weight is how much less probable the engine finds the status when these words are taken out of the sentence. "
    "It says what the engine goes by, not what is so; of words that say the same twice, neither weighs much."
)


def assessment_to_plain(
    assessment: Assessment,
    *,
    offset_unit: OffsetUnit = OffsetUnit.CODE_POINT,
    schemes: Collection[Scheme] = (),
    rests_on: Sequence[Attribution | None] | None = None,
) -> Plain:
    """Return ``assessment`` as values ``json.dumps`` takes, each finding also as the ``schemes`` tell it.

    With ``rests_on``, an attribution for each finding or none, it says too which words each status rests on.
    """
    document = assessment.document
    weighted = (word.span for each in rests_on or () if each is not None for word in each.words)
    write = Writer.over(document.text, (*_spans(assessment), *weighted), offset_unit)
    findings = [
        _finding(write, assessment, assertion, label, schemes)
        for assertion, label in zip(assessment.assertions, assessment.labels, strict=True)
    ]
    if rests_on is not None:
        findings = [
            {**finding, "attribution": None if each is None else _attribution(write, each)}
            for finding, each in zip(findings, rests_on, strict=True)
        ]
    return {
        "id": document.id,
        "language": document.language,
        "offset_unit": offset_unit.value,
        "label": None if assessment.sentence is None else assessment.sentence.value,
        "scores": probabilities(assessment.scores),
        "assertions": findings,
        "sentences": [write.sentence(sentence) for sentence in assessment.sentences],
        "coverage": {
            "stretches": [write.bounds(stretch) for stretch in assessment.coverage.stretches],
            "share": probability(assessment.coverage.share),
        },
        "engine": assessment.engine,
        "version": assessment.version,
    }


def assessment_from_plain(plain: Mapping[str, Any], document: Document) -> Assessment:
    """Return what ``assessment_to_plain`` wrote about ``document``, with the sections its findings stand in.

    Raises:
        InvalidRow: a field is missing or holds another kind of value.
        InvalidSpan: an offset lies outside the text or inside a character.
    """
    try:
        read, findings = Reader.of(plain, document.text), plain["assertions"]
        return Assessment(
            document=document,
            assertions=tuple(read.assertion(finding, of=finding) for finding in findings),
            labels=tuple(finding["label"] for finding in findings),
            sentence=None if plain["label"] is None else SentenceLabel(plain["label"]),
            scores={SentenceLabel(name): score for name, score in plain["scores"].items()},
            sentences=tuple(read.sentence(sentence) for sentence in plain["sentences"]),
            sections=tuple(sorted({read.section(each["section"]) for each in findings if each["section"]})),
            coverage=Coverage(
                tuple(read.span(stretch) for stretch in plain["coverage"]["stretches"]), plain["coverage"]["share"]
            ),
            engine=plain["engine"],
            version=plain["version"],
        )
    except (AttributeError, KeyError, TypeError, ValueError) as cause:
        raise InvalidRow(
            f"The assertions about document {document.id!r} are not as `epicrisis assess --json` writes them "
            f"({type(cause).__name__})."
        ) from cause


def _finding(
    write: Writer, assessment: Assessment, assertion: Assertion, label: str | None, schemes: Collection[Scheme]
) -> Plain:
    scope = assertion.scope
    section = section_of(assessment.sections, assertion.target)
    plain = {
        **write.span(assertion.target),
        "label": label,
        **write.assertion(assertion),
        "scope": None if scope is None else write.bounds(scope),
        # A stretch without a heading says nothing of the findings in it.
        "section": None if section is None or section.heading is None else write.section(section),
        "model_label": to_three_labels(assertion.status),
    }
    if schemes:
        plain["projections"] = {scheme.value: projected(assertion, scheme) for scheme in schemes}
    return plain


def _attribution(write: Writer, attribution: Attribution) -> Plain:
    return {
        "method": "occlusion",
        "note": _NOTE,
        "status": attribution.status.value,
        "probability": probability(attribution.probability),
        # 0.0 in the place of -0.0, which says something to nobody.
        "words": [{**write.span(each.span), "weight": probability(each.weight) + 0.0} for each in attribution.words],
        "left_out": attribution.left_out,
        "engine": attribution.engine,
        "version": attribution.version,
    }


def _spans(assessment: Assessment) -> Iterator[Span]:
    for assertion in assessment.assertions:
        yield from spans_of_assertion(assertion)
    yield from (sentence.span for sentence in assessment.sentences)
    yield from spans_of_sections(assessment.sections)
    yield from assessment.coverage.stretches
