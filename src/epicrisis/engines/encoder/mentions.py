"""What the training corpora call by each label, and how often: the memory beside an encoder.

An encoder of a few million weights forgets which laboratory values a guideline calls proteins and which drugs. Counts
do not: a form the annotators marked nearly always is marked where the encoder saw nothing, and bears the label it bore.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from epicrisis.domain.spans import Span
from epicrisis.engines.encoder.encoder import Reading
from epicrisis.engines.encoder.tagging import Tagged
from epicrisis.errors import CorruptArtifact
from epicrisis.text.characters import unaccented

FILE = "mentions.json"
LONGEST = 6
"""Words in a form; longer ones hardly come again."""
# Chosen on the dev documents of all ten corpora together (docs/cards/spanish.md).
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
    """A known form in a text, and what it is called in each label set."""

    span: Span
    forms: Mapping[str, Form]


@dataclass(frozen=True, slots=True)
class Mentions:
    """The known forms by their first word, the longest first."""

    _by_first: Mapping[str, Sequence[tuple[tuple[str, ...], Mapping[str, Form]]]]
    label_sets: frozenset[str]

    @classmethod
    def of(cls, forms: Mapping[str, Mapping[str, Form]]) -> Mentions:
        """Return the memory of ``forms``: by label set, then by the words with one blank between them."""
        joined: dict[tuple[str, ...], dict[str, Form]] = defaultdict(dict)
        for label_set, own in forms.items():
            for written, form in own.items():
                joined[tuple(written.split(" "))][label_set] = form
        first: dict[str, list[tuple[tuple[str, ...], Mapping[str, Form]]]] = defaultdict(list)
        for words in sorted(joined, key=len, reverse=True):
            first[words[0]].append((words, joined[words]))
        return cls(dict(first), frozenset(forms))

    def occurrences(self, reading: Reading) -> list[Occurrence]:
        """Return every known form in the text of ``reading``, in the order of the text, the longest first at a word."""
        pieces = reading.pieces
        starts, ends = pieces.starts[pieces.words].tolist(), pieces.word_ends.tolist()
        words = [as_looked_up(reading.text[start:end]) for start, end in zip(starts, ends, strict=True)]
        return [
            Occurrence(Span(starts[place], ends[place + len(form) - 1]), called)
            for place, word in enumerate(words)
            for form, called in self._by_first.get(word, ())
            if tuple(words[place : place + len(form)]) == form
        ]


def as_looked_up(word: str) -> str:
    """Return ``word`` in small letters and without accents, since notes are written in haste."""
    return unaccented(word.lower())


def amended(found: Iterable[Tagged], occurrences: Sequence[Occurrence], label_set: str) -> list[Tagged]:
    """Return what the encoder ``found`` in ``label_set``, with what the corpora remember, in the order of the text.

    A span whose form bore another label nearly always gets that one; a form that was marked nearly always is added
    where nothing was found.
    """
    known = [(each.span, each.forms[label_set]) for each in occurrences if label_set in each.forms]
    spans = dict(known)
    kept = [_renamed(each, spans.get(each.span)) for each in found]
    return sorted([*kept, *_added(kept, known)], key=lambda each: each.span)


def _renamed(found: Tagged, form: Form | None) -> Tagged:
    if form is None or form.seen < _SEEN or form.purity <= _MARKED:
        return found
    return found._replace(label=form.label)


def _added(kept: Sequence[Tagged], known: Iterable[tuple[Span, Form]]) -> Iterator[Tagged]:
    taken = sorted(each.span for each in kept)
    place, free = 0, 0
    for span, form in known:
        while place < len(taken) and taken[place].end <= span.start:
            place += 1
        clear = span.start >= free and not (place < len(taken) and taken[place].start < span.end)
        if clear and form.is_name:
            yield Tagged(span, form.label, form.score)
            free = span.end


def load(path: Path) -> Mentions:
    """Read the memory in ``path``: groups of ``label_sets`` with their ``forms``, each the fields of a ``Form``.

    Raises:
        CorruptArtifact: the file holds something else.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Mentions.of(
            {
                label_set: {words: Form(*fields) for words, fields in group["forms"].items()}
                for group in content
                for label_set in group["label_sets"]
            }
        )
    except (AttributeError, KeyError, TypeError, ValueError) as cause:
        raise CorruptArtifact(
            f"The file '{path.parent.name}/{path.name}' is no list of mentions; reinstall epicrisis."
        ) from cause
