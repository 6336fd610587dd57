"""Annotated notes as one HTML page that needs nothing else: no script, no font, no image, no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion, Status
from epicrisis.domain.findings import EntityLabel
from epicrisis.formats.segments import Segment, segments
from epicrisis.formats.wording import CUE_NAMES, cue_words, one_line, percent, qualifiers, shown

_ATTRIBUTE = "attribute"
_CONCEPTS = [label.value for label in EntityLabel if label.is_concept]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the page tells of one entity."""

    number: int
    words: str
    label: str
    kind: str
    status: str
    confidence: str
    qualifiers: tuple[str, ...]
    cues: tuple[str, ...]
    conflict: str

    @property
    def reading(self) -> str:
        """Return the finding in one line, as shown on hover and told to a screen reader."""
        parts = [self.label]
        if self.status:
            parts.append(" ".join([self.status, *self.qualifiers, self.confidence]))
        if self.cues:
            parts.append("because of " + ", ".join(f"“{cue}”" for cue in self.cues))
        if self.conflict:
            parts.append(self.conflict)
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the note, the findings that cover it (the innermost last), and those that begin with it."""

    text: str
    findings: tuple[Finding, ...]
    opening: tuple[Finding, ...]
    closes: bool
    cue: str
    heading: bool

    @property
    def innermost(self) -> Finding | None:
        """Return the finding the stretch is coloured for."""
        return self.findings[-1] if self.findings else None

    @property
    def reading(self) -> str:
        """Return what is said of every finding here, the innermost first."""
        return "\n".join(finding.reading for finding in reversed(self.findings))


@dataclass(frozen=True, slots=True)
class Note:
    """One note as the page shows it."""

    number: int
    name: str
    language: str
    pieces: tuple[Piece, ...]
    groups: tuple[tuple[str, tuple[Finding, ...]], ...]


def page(documents: Sequence[AnnotatedDocument], *, title: str = "Annotated notes") -> str:
    """Return one self-contained page with every note of ``documents``, its findings marked and listed by status."""
    return _template().render(
        title=title,
        notes=[_note(number, annotated) for number, annotated in enumerate(documents, 1)],
        labels=[*(label.lower() for label in _CONCEPTS), _ATTRIBUTE],
        statuses=[status.value.lower() for status in Status],
        engines=sorted({f"{annotated.engine} {annotated.version}".strip() for annotated in documents}),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("epicrisis.formats"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")


def _note(number: int, annotated: AnnotatedDocument) -> Note:
    findings = [_finding(at, annotated) for at in range(len(annotated.entities))]
    cut = segments(annotated)
    readable = shown(annotated.document.text)
    pieces = [
        _piece(readable[segment.start : segment.end], annotated, findings, segment, before, after)
        for before, segment, after in zip([None, *cut], cut, [*cut[1:], None], strict=False)
    ]
    judged = sorted((finding for finding in findings if finding.status), key=_by_status)
    groups = [(status, tuple(group)) for status, group in groupby(judged, key=lambda finding: finding.status)]
    name = shown(annotated.document.id) or f"Note {number}"
    return Note(number, name, annotated.document.language, tuple(pieces), tuple(groups))


def _finding(at: int, annotated: AnnotatedDocument) -> Finding:
    entity, assertion = annotated.entities[at], annotated.assertions[at]
    text = annotated.document.text
    return Finding(
        number=at + 1,
        words=one_line(text, entity.span),
        label=entity.label.lower(),
        kind=entity.label.lower() if entity.label in _CONCEPTS else _ATTRIBUTE,
        status="" if assertion is None else assertion.status.value.lower(),
        confidence="" if assertion is None else percent(assertion.confidence),
        qualifiers=() if assertion is None else tuple(qualifiers(assertion)),
        cues=() if assertion is None else tuple(cue_words(text, assertion.cues)),
        conflict="" if assertion is None else _conflict(text, assertion),
    )


def _conflict(text: str, assertion: Assertion) -> str:
    other = assertion.conflict
    if other is None:
        return ""
    reasons = ", ".join(f"“{words}”" for words in cue_words(text, other.cues))
    return f"{other.engine} reads {other.status.value.lower()} because of {reasons}"


def _piece(
    text: str,
    annotated: AnnotatedDocument,
    findings: Sequence[Finding],
    segment: Segment,
    before: Segment | None,
    after: Segment | None,
) -> Piece:
    opened_before = before.entities if before else ()
    going_on = after.entities if after else ()
    return Piece(
        text=text,
        findings=tuple(findings[at] for at in segment.entities),
        opening=tuple(findings[at] for at in segment.entities if at not in opened_before),
        closes=bool(segment.entities) and segment.entities[-1] not in going_on,
        cue=" and ".join(dict.fromkeys(CUE_NAMES[annotated.cues[at].kind] for at in segment.cues)),
        heading=segment.heading,
    )


def _by_status(finding: Finding) -> tuple[int, int]:
    return list(Status).index(Status(finding.status.upper())), finding.number
