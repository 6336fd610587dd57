"""Inline marks of the annotation guidelines, read strictly: ``[[fever|PROBLEM:ABSENT+past]]``, ``<<denies|NEG>>``."""

from __future__ import annotations

import re

from epicrisis.domain.assertions import CueKind, SentenceLabel, Status
from epicrisis.domain.findings import EntityLabel
from epicrisis.errors import InvalidRow
from epicrisis_lab.training.examples import Example, TagSpan, Target

_MARK = re.compile(
    r"\[\[(?P<surface>[^|\]]+)\|(?P<label>[A-Z]+)(?::(?P<status>[A-Z]+)(?P<flags>(?:\+(?:past|future|family))*))?\]\]"
    r"|<<(?P<cue>[^|>]+)\|(?P<kind>[A-Z]+)>>"
)


def read_marks(name: str, label: str, marked: str, *, source: str, split: str) -> Example:
    """Return the example ``marked`` describes.

    Raises:
        InvalidRow: a label, status or kind is unknown, or a mark is not closed.
    """
    text = ""
    tags: list[TagSpan] = []
    cues: list[TagSpan] = []
    targets: list[Target] = []
    at = 0
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        at = match.end()
        surface = match["surface"] or match["cue"]
        start, end = len(text), len(text) + len(surface)
        text += surface
        if match["cue"]:
            cues.append((start, end, _known(name, match["kind"], CueKind)))
            continue
        tags.append((start, end, _known(name, match["label"], EntityLabel)))
        if EntityLabel(match["label"]).is_concept:
            flags = match["flags"] or ""
            when = "PAST" if "past" in flags else "FUTURE" if "future" in flags else "CURRENT"
            who = "FAMILY" if "family" in flags else "PATIENT"
            targets.append(Target(start, end, (_known(name, match["status"] or "", Status),), when, who))
    text += marked[at:]
    if "[[" in text or "<<" in text or "]]" in text or ">>" in text:
        raise InvalidRow(f"Row {name}: a mark is not closed or not well formed.")
    sentence = _known(name, label, SentenceLabel)
    return Example(name, source, split, text, {"clinical": tags, "cues": cues}, targets, sentence)


def _known(name: str, value: str, kind: type[CueKind] | type[EntityLabel] | type[Status] | type[SentenceLabel]) -> str:
    if value not in {str(member) for member in kind}:
        raise InvalidRow(f"Row {name}: '{value}' is no {kind.__name__}; try one of {[str(m) for m in kind]}.")
    return value
