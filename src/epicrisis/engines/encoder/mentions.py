"""What the training corpora call by each label, and how often: the memory beside an encoder.

An encoder of a few million weights forgets which laboratory values a guideline calls proteins and which drugs. Counts
do not: a form the annotators marked nearly always is marked where the encoder saw nothing or a part of it, and bears
the label it bore; one they passed over again and again is no mention.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from epicrisis.domain.spans import Span
from epicrisis.engines.encoder.encoder import Reading
from epicrisis.engines.encoder.pieces import Pieces
from epicrisis.engines.encoder.tagging import Tagged
from epicrisis.errors import CorruptArtifact
from epicrisis.text.characters import unaccented

FILE = "mentions.json"
LONGEST = 6
"""Words in a form; longer ones hardly come again."""
# Chosen on the dev documents of all the corpora together (docs/decisions/0021-a-memory-of-mentions.md).
_MARKED, _SEEN = 0.7, 2


class Form(NamedTuple):
    """How often a form was ``seen`` in the corpora, how often it was ``marked``, and the label it mostly bore.

    ``purity`` is the share of its marks that bore that label.
    """

    label: str
    marked: int
    seen: int
    purity: float

    @property
    def is_name(self) -> bool:
        """Whether the annotators marked it nearly everywhere."""
        return self.marked >= _MARKED * self.seen

    @property
    def score(self) -> float:
        """Return how likely its next occurrence is marked (Laplace's rule of succession)."""
        return round((self.marked + 1) / (self.seen + 2), 4)


class Occurrence(NamedTuple):
    """A run of words that may be a known form, and where it stands in a text."""

    span: Span
    form: str


class Words(NamedTuple):
    """The words of a text as they are looked up, and where each begins and ends."""

    forms: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, text: str, pieces: Pieces) -> Words:
        """Return the words of ``text``, which was cut into ``pieces``."""
        starts, ends = pieces.starts[pieces.words].tolist(), pieces.word_ends.tolist()
        return cls([as_looked_up(text[start:end]) for start, end in zip(starts, ends, strict=True)], starts, ends)

    def form(self, span: Span) -> str | None:
        """Return the form that stands at ``span``, ``None`` where words are cut or it has too many."""
        first, last = bisect_left(self.starts, span.start), bisect_left(self.ends, span.end)
        whole = self.starts[first : first + 1] == [span.start] and self.ends[last : last + 1] == [span.end]
        return " ".join(self.forms[first : last + 1]) if whole and last - first < LONGEST else None


@dataclass(frozen=True, slots=True)
class Mentions:
    """The known forms of each label set, how many words they have by their first, and what was never marked."""

    _forms: Mapping[str, Mapping[str, Form]]
    _lengths: Mapping[str, Sequence[int]]
    _unmarked: Mapping[str, Unmarked]

    @classmethod
    def of(
        cls, forms: Mapping[str, Mapping[str, Form]], common: Mapping[str, frozenset[str]] = MappingProxyType({})
    ) -> Mentions:
        """Return the memory of ``forms`` by label set, then by the words with one blank between them.

        What is ``common`` in the texts of a label set, and none of its forms, was seen often and never marked.
        """
        lengths: dict[str, set[int]] = defaultdict(set)
        for own in {id(own): own for own in forms.values()}.values():
            for first, blanks in {(form.partition(" ")[0], form.count(" ")) for form in own}:
                lengths[first].add(blanks + 1)
        longest_first = {word: tuple(sorted(own, reverse=True)) for word, own in lengths.items()}
        unmarked = {name: Unmarked(common.get(name, frozenset()), own.keys()) for name, own in forms.items()}
        return cls(forms, longest_first, unmarked)

    @property
    def label_sets(self) -> Set[str]:
        """The label sets something is remembered for."""
        return self._forms.keys()

    def recall(self, reading: Reading) -> Recall:
        """Return what is known of the text of ``reading``."""
        words = Words.of(reading.text, reading.pieces)
        runs = [
            Occurrence(
                Span(words.starts[place], words.ends[place + length - 1]), " ".join(words.forms[place : place + length])
            )
            for place, word in enumerate(words.forms)
            for length in self._lengths.get(word, ())
            if place + length <= len(words.forms)
        ]
        return Recall(words, runs, self._forms, self._unmarked)


@dataclass(frozen=True, slots=True)
class Unmarked:
    """The forms that are ``common`` and were never ``marked``."""

    common: Set[str] = frozenset()
    marked: Set[str] = frozenset()

    def holds(self, form: str | None) -> bool:
        """Return whether annotators saw ``form`` often and never marked it."""
        return form in self.common and form not in self.marked


@dataclass(frozen=True, slots=True)
class Recall:
    """What is known of one text: its words, and the runs of them that may be known, in order, the longest first."""

    words: Words
    runs: Sequence[Occurrence]
    _forms: Mapping[str, Mapping[str, Form]]
    _unmarked: Mapping[str, Unmarked]

    def amended(self, found: Iterable[Tagged], label_set: str) -> list[Tagged]:
        """Return what the encoder ``found`` in ``label_set``, with what the corpora remember, in the order of the text.

        A span whose form is common and was never marked is none. One whose form bore another label nearly always gets
        that one. One within a form that was marked nearly always grows to it, and such a form is added where nothing
        was found.
        """
        forms = self._forms.get(label_set, {})
        known = [(span, forms[form]) for span, form in self.runs if form in forms]
        called, names = dict(known), [(span, form) for span, form in known if form.is_name]
        never = self._unmarked.get(label_set, Unmarked())
        likely = (each for each in found if not never.holds(self.words.form(each.span)))
        kept = list(_grown([_renamed(each, called.get(each.span)) for each in likely], [span for span, _ in names]))
        return sorted([*kept, *_added(kept, names)], key=lambda each: each.span)


def as_looked_up(word: str) -> str:
    """Return ``word`` in small letters and without accents, since notes are written in haste."""
    return unaccented(word.lower())


def _renamed(found: Tagged, form: Form | None) -> Tagged:
    if form is None or form.seen < _SEEN or form.purity <= _MARKED:
        return found
    return found._replace(label=form.label)


def _grown(found: Iterable[Tagged], names: Sequence[Span]) -> Iterator[Tagged]:
    """Yield each of ``found``, grown to the longest of ``names`` it stands in; what that covers is part of it."""
    free, place = 0, 0
    for each in sorted(found, key=lambda each: each.span):
        while place < len(names) and names[place].end <= each.span.start:
            place += 1
        around = [each.span]
        for span in islice(names, place, None):
            if span.start > each.span.start:
                break
            if span.end >= each.span.end:
                around.append(span)
        fitting = [span for span in around if span.start >= free]
        if fitting:
            longest = max(fitting, key=lambda span: span.end - span.start)
            yield each._replace(span=longest)
            free = longest.end


def _added(kept: Sequence[Tagged], names: Iterable[tuple[Span, Form]]) -> Iterator[Tagged]:
    taken = sorted(each.span for each in kept)
    place, free = 0, 0
    for span, form in names:
        while place < len(taken) and taken[place].end <= span.start:
            place += 1
        if span.start >= free and not (place < len(taken) and taken[place].start < span.end):
            yield Tagged(span, form.label, form.score)
            free = span.end


def load(path: Path) -> Mentions:
    """Read the memory in ``path``: ``forms``, ``names`` and what is ``common``, each by ``label_sets``.

    Forms have the fields of a ``Form``; names are those of a vocabulary, count as seen once and share a ``label``.

    Raises:
        CorruptArtifact: the file holds something else.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        forms = {
            label_set: {words: Form(*fields) for words, fields in group["forms"].items()}
            for group in content["forms"]
            for label_set in group["label_sets"]
        }
        for group in content["names"]:
            name = Form(str(group["label"]), 1, 1, 1.0)
            for label_set in group["label_sets"]:
                forms[label_set] = {**dict.fromkeys(map(str, group["forms"]), name), **forms.get(label_set, {})}
        common = {
            label_set: often
            for group in content["common"]
            for often in [frozenset(map(str, group["forms"]))]
            for label_set in group["label_sets"]
        }
        return Mentions.of(forms, common)
    except (AttributeError, KeyError, TypeError, ValueError) as cause:
        raise CorruptArtifact(
            f"The file '{path.parent.name}/{path.name}' is no list of mentions; reinstall epicrisis."
        ) from cause
