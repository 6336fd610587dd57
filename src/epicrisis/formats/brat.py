"""brat stand-off files (.ann): entities and cues as T lines, readings as A lines, which cue decided what as R lines.

The format is described at https://brat.nlplab.org/standoff.html. It has no place for probabilities, sentences, sections
and conflicts, so those are not written; what is read back is as sure as an annotator is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion, Cue, CueKind, Experiencer, Status, Temporality, in_text_order
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidRow

_CUE = "Cue-"
_CONCEPTS = "|".join(label.value for label in EntityLabel if label.is_concept)

# What brat needs to show the annotations beside a folder of notes.
CONFIGURATION = "\n".join(
    [
        "[entities]",
        *(label.value for label in EntityLabel),
        *(_CUE + kind.value for kind in CueKind),
        "[relations]",
        f"Decides\tArg1:{'|'.join(_CUE + kind.value for kind in CueKind)}, Arg2:{_CONCEPTS}",
        "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>",
        "[events]",
        "[attributes]",
        f"Status\tArg:{_CONCEPTS}, Value:{'|'.join(Status)}",
        f"Temporality\tArg:{_CONCEPTS}, Value:{'|'.join(Temporality)}",
        f"Experiencer\tArg:{_CONCEPTS}, Value:{'|'.join(Experiencer)}",
        "",
    ]
)


def configuration_of(labels: Iterable[str]) -> str:
    """Return the configuration of a folder whose notes have entities of these ``labels`` and nothing else."""
    overlaps = "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"
    return "\n".join(["[entities]", *sorted(set(labels)), "[relations]", overlaps, "[events]", "[attributes]", ""])


# A fragment ends where a line of the note does.
_FRAGMENT = re.compile(r"[^\r\n]+")


def write(annotated: AnnotatedDocument) -> str:
    """Return the .ann file of ``annotated``; offsets are code points, as brat counts."""
    text = annotated.document.text
    lines = [_text_bound(f"T{at}", entity.label, entity.span, text) for at, entity in enumerate(annotated.entities, 1)]
    known = {*annotated.cues, *(cue for assertion in annotated.assertions if assertion for cue in assertion.cues)}
    cues: dict[tuple[Span, CueKind], str] = {}
    for span, kind in sorted({(cue.span, cue.kind) for cue in known}):
        cues[span, kind] = f"T{len(annotated.entities) + len(cues) + 1}"
        lines.append(_text_bound(cues[span, kind], _CUE + kind.value, span, text))
    attributes: list[str] = []
    relations: list[str] = []
    for at, assertion in enumerate(annotated.assertions, 1):
        if assertion is None:
            continue
        for name, value in _readings(assertion):
            attributes.append(f"A{len(attributes) + 1}\t{name} T{at} {value}")
        for cue in dict.fromkeys(cues[cue.span, cue.kind] for cue in assertion.cues):
            relations.append(f"R{len(relations) + 1}\tDecides Arg1:{cue} Arg2:T{at}")
    return "".join(f"{line}\n" for line in [*lines, *attributes, *relations])


def read(ann: str, document: Document) -> AnnotatedDocument:
    """Return what the .ann file ``ann`` says of ``document``; lines of other kinds are passed over.

    Raises:
        InvalidRow: a line is not as the format says; the message names its number.
        InvalidSpan: a span ends after the text does.
    """
    found = _Found()
    for number, line in enumerate(ann.split("\n"), 1):
        try:
            found.take(line.rstrip("\r"))
        except (IndexError, TypeError, ValueError) as cause:
            raise InvalidRow(f"Line {number} of the .ann file of document {document.id!r} is not brat.") from cause
    try:
        return found.about(document)
    except KeyError as cause:
        raise InvalidRow(
            f"The .ann file of document {document.id!r} speaks of {cause}, which it does not hold."
        ) from cause


def check_words(ann: str, document: Document) -> None:
    """See that every line quotes what ``document`` has at its offsets: an .ann file stands beside the text it is about.

    Raises:
        InvalidRow: a line quotes other words; the message names its number.
    """
    for number, line in enumerate(ann.split("\n"), 1):
        name, _, rest = line.rstrip("\r").partition("\t")
        place, tab, words = rest.partition("\t")
        if name.startswith("T") and tab and not _same(words, place.split(" ", 1)[-1], document.text):
            raise InvalidRow(
                f"Line {number} of the .ann file of document {document.id!r} quotes what the text does not have there."
            )


def _same(words: str, offsets: str, text: str) -> bool:
    try:
        fragments = [(int(start), int(end)) for start, end in (pair.split() for pair in offsets.split(";"))]
    except ValueError:
        return False
    # Tools differ in what they write for a line break: one blank, two, or a fragment of its own.
    return words.split() == _quoted(text, fragments).split()


def _quoted(text: str, fragments: Iterable[tuple[int, int]]) -> str:
    return " ".join(text[start:end] for start, end in fragments).replace("\n", " ").replace("\r", " ")


def _text_bound(id: str, label: str, span: Span, text: str) -> str:  # noqa: A002
    # brat keeps one annotation on one line: a span over a line break is written in fragments, joined by a blank.
    fragments = [match.span() for match in _FRAGMENT.finditer(text, span.start, span.end)] or [(span.start, span.end)]
    offsets = ";".join(f"{start} {end}" for start, end in fragments)
    return f"{id}\t{label} {offsets}\t{_quoted(text, fragments)}"


def _readings(assertion: Assertion) -> Iterable[tuple[str, str]]:
    yield "Status", assertion.status.value
    if assertion.temporality is not Temporality.CURRENT:
        yield "Temporality", assertion.temporality.value
    if assertion.experiencer is not Experiencer.PATIENT:
        yield "Experiencer", assertion.experiencer.value


@dataclass(slots=True)
class _Found:
    """What the lines read so far hold, by brat id."""

    entities: dict[str, Entity] = field(default_factory=dict)
    cues: dict[str, Cue] = field(default_factory=dict)
    status: dict[str, Status] = field(default_factory=dict)
    temporality: dict[str, Temporality] = field(default_factory=dict)
    experiencer: dict[str, Experiencer] = field(default_factory=dict)
    deciding: dict[str, list[str]] = field(default_factory=dict)

    def take(self, line: str) -> None:
        match line[:1]:
            case "T":
                self._text_bound(*line.split("\t")[:2])
            case "A":
                self._attribute(*line.split("\t")[1].split(" "))
            case "R":
                self._relation(*line.split("\t")[1].split(" "))

    def about(self, document: Document) -> AnnotatedDocument:
        in_order = sorted(self.entities.items(), key=lambda item: item[1].span)
        entities = tuple(entity for _, entity in in_order)
        for span in [*(entity.span for entity in entities), *(cue.span for cue in self.cues.values())]:
            document.quote(span)
        return AnnotatedDocument(
            document=document,
            entities=entities,
            assertions=tuple(self._assertion(name) for name, _ in in_order),
            cues=in_text_order(self.cues.values()),
        )

    def _text_bound(self, id: str, body: str) -> None:  # noqa: A002
        label, offsets = body.split(" ", 1)
        span = Span(int(offsets.split()[0]), int(offsets.split()[-1]))
        if label.startswith(_CUE):
            self.cues[id] = Cue(span, CueKind(label.removeprefix(_CUE)))
        else:
            self.entities[id] = Entity(span, label)

    def _attribute(self, name: str, target: str, value: str = "") -> None:
        match name:
            case "Status":
                self.status[target] = Status(value)
            case "Temporality":
                self.temporality[target] = Temporality(value)
            case "Experiencer":
                self.experiencer[target] = Experiencer(value)

    def _relation(self, name: str, cue: str, target: str) -> None:
        if name == "Decides":
            self.deciding.setdefault(target.removeprefix("Arg2:"), []).append(cue.removeprefix("Arg1:"))

    def _assertion(self, id: str) -> Assertion | None:  # noqa: A002
        if id not in self.status:
            return None
        return Assertion(
            target=self.entities[id].span,
            status=self.status[id],
            confidence=1.0,
            temporality=self.temporality.get(id, Temporality.CURRENT),
            experiencer=self.experiencer.get(id, Experiencer.PATIENT),
            cues=tuple(self.cues[cue] for cue in self.deciding.get(id, ())),
        )
