"""From a reading to what its tag heads name: the entities of each label set, and cues with their scopes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from epicrisis.domain.assertions import Cue, CueKind
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.encoder.encoder import Reading
from epicrisis.engines.encoder.load import LoadedEncoder
from epicrisis.engines.encoder.mentions import Recall
from epicrisis.engines.encoder.tagging import Tagged, tagged
from epicrisis.engines.entities.lexicon import label_of
from epicrisis.engines.entities.listed import is_short_form, listed
from epicrisis.engines.entities.prescribed import prescribed
from epicrisis.engines.judging import scope_of
from epicrisis.engines.stages import Stage, timed
from epicrisis.engines.units import Unit
from epicrisis.errors import InvalidInput
from epicrisis.text.boxes import SIGNS

CLINICAL = "clinical"
_CUES = "cues"
# What stands before an item of a list or a form and is no part of it.
_MARKS = re.compile(rf"(?:[{SIGNS}\u2022*]+\s*|#+(?:\s+|$|(?=[^\W\d])))*")
# "N/V/D", of which an encoder may mark the first letter alone.
_LETTERS = re.compile(r"\w(?:/\w){1,4}(?![\w/])")
# How sure a disease is that stands in a list by its name: nine in ten, as of the other listed terms.
_LISTED = 0.9
_NOT_LISTED = frozenset({EntityLabel.TEST, EntityLabel.PROCEDURE})
# "DM2 -": how much more than a disease may have been marked.
_LOOSE = 2
_BRACKETS = {"(": ")", "[": "]"}
_SCOPES = {CueKind.NEGATION: "scope_neg", CueKind.UNCERTAINTY: "scope_unc"}


class TagHeads:
    """Reads the tag scores of a unit, head by head."""

    def __init__(self, loaded: LoadedEncoder) -> None:
        self._loaded = loaded
        self.label_sets = tuple(head for head in loaded.labels.tags if head not in (_CUES, *_SCOPES.values()))

    def require(self, label_sets: Iterable[str]) -> None:
        """Refuse a label set there is no head for.

        Raises:
            InvalidInput: there is none.
        """
        for label_set in label_sets:
            if label_set not in self.label_sets:
                raise InvalidInput(f"There is no label set '{label_set}'; try one of {list(self.label_sets)}.")

    def entities(self, unit: Unit, reading: Reading, label_set: str) -> list[Entity]:
        """Return the entities of ``label_set`` in the order of the text."""
        return self.named(unit, reading, (label_set,))[label_set]

    @timed(Stage.HEADS)
    def named(self, unit: Unit, reading: Reading, label_sets: Sequence[str]) -> dict[str, list[Entity]]:
        """Return the entities of each label set in the order of the text: what the heads mark, and what is known."""
        mentions = self._loaded.mentions
        known = mentions.recall(reading) if mentions and not mentions.label_sets.isdisjoint(label_sets) else None
        return {
            label_set: [
                Entity(placed, label, score)
                for span, label, score in self._completed(unit, reading, label_set, known)
                if (bare := without_marks(unit.text, whole_brackets(unit.text, span))) is not None
                and (placed := unit.to_document(bare)) is not None
            ]
            for label_set in label_sets
        }

    def _completed(self, unit: Unit, reading: Reading, label_set: str, known: Recall | None) -> list[Tagged]:
        marked = self._marked(reading, label_set)
        found = known.amended(marked, label_set) if known else list(marked)
        language = unit.document.language.partition("-")[0].lower()
        return _clinical(unit, prescribed(unit.text, found, language), language) if label_set == CLINICAL else found

    @timed(Stage.HEADS)
    def cues(self, unit: Unit, reading: Reading) -> list[Cue]:
        """Return the cues of the heading the unit was read under, and then those of the unit."""
        tagged_cues = list(self._marked(reading, _CUES))
        # A heading is read before every sentence under it, and a cue in it is a cue of the note where it stands.
        above = [(unit.to_heading(span), CueKind(label), score) for span, label, score in tagged_cues]
        in_heading = [Cue(span, kind, score=score) for span, kind, score in above if span is not None]
        placed = [(unit.to_document(span), CueKind(label), score) for span, label, score in tagged_cues]
        found = [(span, kind, score) for span, kind, score in placed if span is not None]
        scopes = {
            kind: [span for span, _, _ in self._tagged(unit, reading, head)]
            for kind, head in _SCOPES.items()
            if any(cue[1] is kind for cue in found)
        }
        return in_heading + [
            Cue(span, kind, scope_of(span, scopes.get(kind, ())), score) for span, kind, score in found
        ]

    def _tagged(self, unit: Unit, reading: Reading, head: str) -> Iterator[tuple[Span, str, float]]:
        for span, label, score in self._marked(reading, head):
            placed = unit.to_document(span)
            if placed is not None:
                yield placed, label, score

    def _marked(self, reading: Reading, head: str) -> Iterator[Tagged]:
        loaded = self._loaded
        return tagged(
            reading,
            loaded.encoder.heads[head],
            loaded.labels.tags[head],
            temperature=loaded.temperature(head),
            threshold=loaded.threshold(head),
        )


def _clinical(unit: Unit, found: Sequence[Tagged], language: str) -> list[Tagged]:
    """Return what was ``found`` in a clinical sentence, with what its list names and no encoder can tell."""
    text = unit.text
    kept = [_named_right(text, each, language) for each in found]
    named = [span.shifted(unit.lead) for span in listed(text[unit.lead :], unit.section, language)]
    # "1. COPD: tiotropium", "# DM2 - insulin": what an item is about is no examination.
    kept = [each for each in kept if not (each.label in _NOT_LISTED and _is_one_of(text, each.span, named))]
    free = [span for span in named if not any(span.overlaps(each.span) for each in kept)]
    return sorted([*kept, *(Tagged(span, EntityLabel.PROBLEM, _LISTED) for span in free)], key=lambda each: each.span)


def _is_one_of(text: str, span: Span, named: Sequence[Span]) -> bool:
    bare = without_marks(text, span)
    return bare is not None and any(bare.contains(each) and len(bare) - len(each) <= _LOOSE for each in named)


def _named_right(text: str, found: Tagged, language: str) -> Tagged:
    """Return ``found`` under its right label and whole: a disease is no procedure, and "N" of "N/V/D" is no word."""
    if found.label == EntityLabel.PROBLEM and len(found.span) == 1:
        letters = _LETTERS.match(text, found.span.start)
        return found._replace(span=Span(*letters.span())) if letters else found
    if found.label != EntityLabel.PROCEDURE:
        return found
    words = text[found.span.start : found.span.end]
    is_disease = label_of(words, language) is EntityLabel.PROBLEM or is_short_form(words, language)
    return found._replace(label=EntityLabel.PROBLEM) if is_disease else found


def whole_brackets(text: str, span: Span) -> Span:
    """Return ``span`` without a bracket at its edge whose other half lies outside: "MRI (" of "MRI (magnetic ...)"."""
    start, end = span.start, span.end
    for opening, closing in _BRACKETS.items():
        inside = text[start:end]
        if inside.endswith(opening) or (inside.endswith(closing) and opening not in inside):
            end -= 1
        if inside.startswith(closing) or (inside.startswith(opening) and closing not in inside):
            start += 1
    kept = text[start:end]
    start, end = start + len(kept) - len(kept.lstrip()), start + len(kept.rstrip())
    return Span(start, end) if start < end else span


def without_marks(text: str, span: Span) -> Span | None:
    """Return ``span`` without the boxes and the marks of a list at its edges, ``None`` where it is nothing else.

    "Diabetes ☐" is "Diabetes" and "# Hypokalemia" is "Hypokalemia"; "#30" stays.
    """
    marked = _MARKS.match(text, span.start, span.end)
    start = marked.end() if marked else span.start
    end = start + len(text[start : span.end].rstrip(SIGNS + "# \t"))
    return Span(start, end) if start < end else None
