"""One form for everything the encoder learns from, and how each corpus is read into it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

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
    windowed: bool = False


def write_examples(path: Path, examples: Iterable[Example]) -> int:
    """Write one JSON object a line (gzip) and return how many."""
    count = 0
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for example in examples:
            out.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
            count += 1
    return count


def read_examples(path: Path) -> list[Example]:
    """Read what ``write_examples`` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [_from_row(json.loads(line)) for line in lines]


def _from_row(row: dict[str, Any]) -> Example:
    row["targets"] = [Target(**{**target, "statuses": tuple(target["statuses"])}) for target in row["targets"]]
    row["tags"] = {head: [(s, e, label) for s, e, label in spans] for head, spans in row["tags"].items()}
    return Example(**row)


def jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def sentence_examples(rows: Iterable[dict[str, Any]], source: str, split: str) -> Iterator[Example]:
    """Read sentence rows that carry entities, statuses, cues and a sentence label (mtsamples_status)."""
    for row in rows:
        yield Example(
            id=row["id"],
            source=source,
            split=split,
            text=row["text"],
            tags={
                "clinical": [(e["start"], e["end"], e["label"]) for e in row["entities"]],
                "cues": [(c["start"], c["end"], c["kind"]) for c in row["cues"]],
            },
            targets=[
                Target(e["start"], e["end"], (e["status"],), e["temporality"], e["experiencer"])
                for e in row["entities"]
                if e.get("status")
            ],
            sentence=row["sentence_label"],
        )


# NegEx marks what is affirmed without telling the possible from the certain, and the negated without telling a
# normal test from an absent problem: the loss accepts every status that is compatible.
_NEGEX = {
    "PRESENT": (("PRESENT", "POSSIBLE", "CONDITIONAL"), "CURRENT", "PATIENT"),
    "ABSENT": (("ABSENT", "NORMAL"), None, "PATIENT"),
    "HISTORICAL": (("PRESENT", "POSSIBLE"), "PAST", "PATIENT"),
    "HYPOTHETICAL": (("HYPOTHETICAL", "CONDITIONAL"), None, "PATIENT"),
    "FAMILY": (("PRESENT",), None, "FAMILY"),
}


def negex_examples(rows: Iterable[dict[str, Any]], split: str) -> Iterator[Example]:
    """Read NegEx pair rows, one example a sentence."""
    by_text: dict[str, Example] = {}
    for row in rows:
        statuses, temporality, experiencer = _NEGEX[row["label"]]
        example = by_text.setdefault(row["text"], Example(row["id"], "negex", split, row["text"]))
        example.targets.append(Target(row["start"], row["end"], statuses, temporality, experiencer))
    yield from by_text.values()


def scope_examples(rows: Iterable[dict[str, Any]], source: str, split: str) -> Iterator[Example]:
    """Read sentences with NEG and SPEC cues and scopes (BioScope)."""
    kinds = {"NEG": "NEG", "SPEC": "UNC"}
    for row in rows:
        scopes: dict[str, list[TagSpan]] = {"NEG": [], "SPEC": []}
        for scope in row["scopes"]:
            scopes[scope["kind"]].append((scope["start"], scope["end"], "SCOPE"))
        yield Example(
            id=row["id"],
            source=source,
            split=split,
            text=row["text"],
            tags={
                "bioscope": [(c["start"], c["end"], kinds[c["kind"]]) for c in row["cues"]],
                "scope_neg": outermost(scopes["NEG"]),
                "scope_unc": outermost(scopes["SPEC"]),
            },
        )


def entity_examples(rows: Iterable[dict[str, Any]], head: str, split: str) -> Iterator[Example]:
    """Read rows of one entity corpus; nested mentions give way to the longest."""
    known = set(TAG_HEADS[head])
    for row in rows:
        spans = outermost((e["start"], e["end"], e["label"]) for e in row["entities"] if e["label"] in known)
        yield Example(row["id"], head, split, row["text"], tags={head: spans}, windowed=True)


def outermost(spans: Iterable[TagSpan]) -> list[TagSpan]:
    """Keep the longest of spans that overlap."""
    kept: list[TagSpan] = []
    for span in sorted(set(spans), key=lambda s: (s[0] - s[1], s[0])):
        if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
            kept.append(span)
    return sorted(kept)
