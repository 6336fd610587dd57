"""One form for everything the encoder learns from, and how a row of any corpus becomes it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from epicrisis.domain.assertions import CueKind, Experiencer, Status, Temporality
from epicrisis_lab.corpora.catalogue import CLINICAL, label_sets_of
from epicrisis_lab.corpora.rows import GoldTarget, LabRow
from epicrisis_lab.training.files import written
from epicrisis_lab.training.labels import TAG_HEADS

TagSpan = tuple[int, int, str]


@dataclass(slots=True)
class Target:
    """A span whose status is known; several statuses mean that any of them is right."""

    start: int
    end: int
    statuses: tuple[str, ...]
    temporality: str | None = None
    experiencer: str | None = None


@dataclass(slots=True)
class Example:
    """A stretch of text with what one corpus says of it; a head missing from ``tags`` was not annotated."""

    id: str
    source: str
    split: str
    text: str
    tags: dict[str, list[TagSpan]] = field(default_factory=dict)
    targets: list[Target] = field(default_factory=list)
    sentence: str | None = None


def write_examples(path: Path, examples: Iterable[Example]) -> int:
    """Write one JSON object a line (gzip) and return how many."""
    count = 0
    with written(path) as part, gzip.open(part, "wt", encoding="utf-8") as out:
        for example in examples:
            out.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
            count += 1
    return count


def read_examples(path: Path) -> list[Example]:
    """Read what ``write_examples`` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [_from_row(json.loads(line)) for line in lines]


def _from_row(row: dict[str, Any]) -> Example:
    # Field by field: a folder prepared by other code may say more of an example.
    return Example(
        id=row["id"],
        source=row["source"],
        split=row["split"],
        text=row["text"],
        tags={head: [(s, e, label) for s, e, label in spans] for head, spans in row["tags"].items()},
        targets=[Target(**{**target, "statuses": tuple(target["statuses"])}) for target in row["targets"]],
        sentence=row["sentence"],
    )


# NegEx marks what is affirmed without telling the possible from the certain, and the negated without telling a
# normal test from an absent problem: the loss accepts every status that is compatible.
_COMPATIBLE = {
    (Status.PRESENT, Temporality.CURRENT): ("PRESENT", "POSSIBLE", "CONDITIONAL"),
    (Status.PRESENT, Temporality.PAST): ("PRESENT", "POSSIBLE"),
    (Status.ABSENT, Temporality.CURRENT): ("ABSENT", "NORMAL"),
    (Status.HYPOTHETICAL, Temporality.CURRENT): ("HYPOTHETICAL", "CONDITIONAL"),
}


def examples_of(rows: Iterable[LabRow], source: str, split: str) -> list[Example]:
    """Return one example a text: pair rows of one sentence become one, and nested mentions give way to the longest."""
    by_text: dict[str, Example] = {}
    examples: list[Example] = []
    for row in rows:
        example = by_text.get(row.text) if row.pair else None
        if example is None:
            example = by_text[row.text] = _example(row, source, split)
            examples.append(example)
        example.targets += [_coarse(target) if source == "negex" else _target(target) for target in row.targets]
    return examples


def _example(row: LabRow, source: str, split: str) -> Example:
    clinical = label_sets_of(row) == (CLINICAL,)
    example = Example(row.id, source, split, row.text, sentence=row.sentence_label)
    if "entities" in row.layers:
        head = CLINICAL if clinical else source
        known = {str(label) for label in TAG_HEADS[head]}
        spans = [(e.span.start, e.span.end, e.label) for e in row.entities if e.label in known]
        example.tags[head] = spans if clinical else outermost(spans)
    if "cues" in row.layers:
        cues = [(cue.span.start, cue.span.end, str(cue.kind)) for cue in row.cues]
        example.tags["cues" if clinical else source] = cues
    if "scopes" in row.layers:
        for kind, head in ((CueKind.NEGATION, "scope_neg"), (CueKind.UNCERTAINTY, "scope_unc")):
            scopes = [(scope.span.start, scope.span.end, "SCOPE") for scope in row.scopes if scope.kind is kind]
            example.tags[head] = outermost(scopes)
    return example


def _target(target: GoldTarget) -> Target:
    return Target(target.span.start, target.span.end, (target.status,), target.temporality, target.experiencer)


def _coarse(target: GoldTarget) -> Target:
    """Return a NegEx target: what the kit does not say is left open."""
    if target.experiencer is Experiencer.FAMILY:
        return Target(target.span.start, target.span.end, ("PRESENT",), None, "FAMILY")
    known = target.temporality if target.status is Status.PRESENT else None
    return Target(target.span.start, target.span.end, _COMPATIBLE[target.status, target.temporality], known, "PATIENT")


def outermost(spans: Iterable[TagSpan]) -> list[TagSpan]:
    """Keep the longest of spans that overlap."""
    kept: list[TagSpan] = []
    for span in sorted(set(spans), key=lambda s: (s[0] - s[1], s)):
        if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
            kept.append(span)
    return sorted(kept)
