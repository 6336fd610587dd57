"""The memory beside an encoder: which forms the annotators of a corpus marked, how often, and as what."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from epicrisis.engines.encoder.mentions import FILE, LONGEST, Form, as_looked_up
from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis_lab.training.examples import Example, TagSpan
from epicrisis_lab.training.files import written
from epicrisis_lab.training.labels import TYPES

_CASES = ("spaccc", "livingner")
SOURCES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "english": {},
    "spanish": {
        **dict.fromkeys(TYPES, (*_CASES, "cardioccc")),
        **{f"{each}_base": _CASES for each in TYPES},
        "pharmaconer": _CASES,
    },
}
"""By run and label set: the sources of examples whose annotations are remembered."""

Sentence = tuple[Example, list[str], list[int], list[int]]
"""An example, its words as they are looked up, and where each begins and ends."""


def remembered(
    examples: Sequence[Example], tokenizer: PieceTokenizer, sources: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, Form]]:
    """Return the forms of each label set of ``sources``, counted in the training examples of its sources alone.

    A form is a run of at most six words. What is marked in few of its places is left out: nothing follows from it.
    """
    wanted = {source for own in sources.values() for source in own}
    train = [example for example in examples if example.split == "train" and example.source in wanted]
    sentences = list(_cut(train, tokenizer))
    return {
        label_set: _forms([each for each in sentences if each[0].source in own], label_set)
        for label_set, own in sources.items()
    }


def write_mentions(forms: Mapping[str, Mapping[str, Form]], folder: Path) -> None:
    """Write ``forms`` beside the graphs in ``folder``; label sets that remember the same stand in one group."""
    groups: list[dict[str, Any]] = []
    for label_set, own in forms.items():
        same = next((group for group in groups if group["forms"] == own), None)
        if same is None:
            groups.append({"label_sets": [label_set], "forms": own})
        else:
            same["label_sets"].append(label_set)
    lines = ",\n".join(json.dumps(group, ensure_ascii=False, separators=(",", ":")) for group in groups)
    with written(folder / FILE) as part:
        part.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _cut(examples: Sequence[Example], tokenizer: PieceTokenizer) -> Iterator[Sentence]:
    for example, pieces in zip(examples, tokenizer.cut([each.text for each in examples]), strict=True):
        starts, ends = pieces.starts[pieces.words].tolist(), pieces.word_ends.tolist()
        words = [as_looked_up(example.text[start:end]) for start, end in zip(starts, ends, strict=True)]
        yield example, words, starts, ends


def _forms(sentences: Sequence[Sentence], label_set: str) -> dict[str, Form]:
    annotated = [each for each in sentences if label_set in each[0].tags]
    marked: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for example, words, starts, ends in annotated:
        for form, label in _marked(example.tags[label_set], words, starts, ends):
            marked[form][label] += 1
    seen = Counter(
        form
        for _, words, _, _ in annotated
        for start in range(len(words))
        for length in range(1, LONGEST + 1)
        if (form := tuple(words[start : start + length])) in marked and len(form) == length
    )
    found = {form: _form(labels, seen[form]) for form, labels in sorted(marked.items())}
    several = len({label for labels in marked.values() for label in labels}) > 1
    return {" ".join(form): each for form, each in found.items() if each.is_name or several}


def _marked(
    spans: Iterable[TagSpan], words: Sequence[str], starts: Sequence[int], ends: Sequence[int]
) -> Iterator[tuple[tuple[str, ...], str]]:
    first = {start: place for place, start in enumerate(starts)}
    last = {end: place for place, end in enumerate(ends)}
    for start, end, label in spans:
        if start in first and end in last and last[end] - first[start] < LONGEST:
            yield tuple(words[first[start] : last[end] + 1]), label


def _form(labels: Counter[str], seen: int) -> Form:
    [(label, most)] = labels.most_common(1)
    return Form(label, labels.total(), seen, round(most / labels.total(), 3))
