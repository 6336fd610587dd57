"""The memory beside an encoder: which forms the annotators of a corpus marked, how often, and as what."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.codes.ingredients.linker import FOLDER, VOCABULARY
from epicrisis.engines.encoder.mentions import FILE, LONGEST, Form, Words
from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.extraction.lists import LANGUAGES, word_lists
from epicrisis.engines.shipped import shipped
from epicrisis.engines.tag_heads import CLINICAL
from epicrisis.text.wordlists import parsed
from epicrisis_lab.training.examples import Example
from epicrisis_lab.training.files import written
from epicrisis_lab.training.labels import TYPES

# A form of so many words, seen so often, that was never marked is none of what the label set names.
_COMMON_LONGEST, _COMMON = 2, 3

_CASES = ("spaccc", "livingner")
SOURCES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "english": {
        CLINICAL: ("mtsamples_status", "mtsamples_own"),
        "bc5cdr": ("bc5cdr",),
        "ncbi_disease": ("ncbi_disease",),
        "maccrobat2020": ("maccrobat2020",),
    },
    "spanish": {
        **dict.fromkeys(TYPES, (*_CASES, "cardioccc")),
        **{f"{each}_base": _CASES for each in TYPES},
        "pharmaconer": _CASES,
    },
}
"""By run and label set: the sources of examples whose annotations are remembered."""

_NAMED = {CLINICAL: str(EntityLabel.MEDICATION)}
"""Label sets that remember one label alone, and the names of the vocabulary of drugs; they pass over nothing."""
_SHORTEST = 5


@dataclass(frozen=True, slots=True)
class Counts:
    """What a label set remembers: each form that was marked, short ones its texts repeat, and names it never saw."""

    forms: Mapping[str, Form]
    common: Sequence[str] = ()
    names: Sequence[str] = ()


Sentence = tuple[Example, Words]


def remembered(
    examples: Sequence[Example], tokenizer: PieceTokenizer, sources: Mapping[str, Sequence[str]]
) -> dict[str, Counts]:
    """Return the counts of each label set of ``sources`` in the training examples of its sources alone.

    A form is a run of at most six words, and one that is common has at most two.
    """
    wanted = {source for own in sources.values() for source in own}
    train = [example for example in examples if example.split == "train" and example.source in wanted]
    cut = tokenizer.cut([each.text for each in train])
    sentences = [(example, Words.of(example.text, pieces)) for example, pieces in zip(train, cut, strict=True)]
    counts = {}
    for label_set, own in sources.items():
        annotated = [each for each in sentences if each[0].source in own and label_set in each[0].tags]
        seen = Counter(form for _, words in annotated for form in _runs(words.forms))
        forms = _forms(annotated, label_set, seen)
        if label_set in _NAMED:
            kept = {form: each for form, each in forms.items() if each.label == _NAMED[label_set]}
            counts[label_set] = Counts(kept, names=sorted(_drugs(tokenizer) - seen.keys()))
        else:
            common = (form for form, times in seen.items() if times >= _COMMON and form.count(" ") < _COMMON_LONGEST)
            counts[label_set] = Counts(forms, sorted(common))
    return counts


def write_mentions(counts: Mapping[str, Counts], folder: Path) -> None:
    """Write ``counts`` beside the graphs in ``folder``; label sets that remember the same stand in one group."""
    parts = {
        "forms": _grouped({label_set: own.forms for label_set, own in counts.items()}),
        "names": _grouped({label_set: own.names for label_set, own in counts.items() if own.names}),
        "common": _grouped({label_set: own.common for label_set, own in counts.items() if own.common}),
    }
    content = ",\n".join(f'"{name}": [\n{lines}\n]' for name, lines in parts.items())
    with written(folder / FILE) as part:
        part.write_text(f"{{{content}}}\n", encoding="utf-8")


def _grouped(by_label_set: Mapping[str, Any]) -> str:
    groups: list[dict[str, Any]] = []
    for label_set, own in by_label_set.items():
        same = next((group for group in groups if group["forms"] == own), None)
        if same is None:
            named = {"label": _NAMED[label_set]} if label_set in _NAMED else {}
            groups.append({"label_sets": [label_set], **named, "forms": own})
        else:
            same["label_sets"].append(label_set)
    return ",\n".join(json.dumps(group, ensure_ascii=False, separators=(",", ":")) for group in groups)


def _forms(sentences: Sequence[Sentence], label_set: str, seen: Mapping[str, int]) -> dict[str, Form]:
    marked: dict[str, Counter[str]] = defaultdict(Counter)
    for example, words in sentences:
        for start, end, label in example.tags[label_set]:
            if (form := words.form(Span(start, end))) is not None:
                marked[form][label] += 1
    return {form: _form(marked[form], seen[form]) for form in sorted(marked)}


def _drugs(tokenizer: PieceTokenizer) -> set[str]:
    """Return the forms of the names of drugs in the vocabulary, without those that are tests or ordinary words."""
    names = json.loads((shipped(FOLDER) / VOCABULARY).read_text(encoding="utf-8"))["names"]
    resource = files("epicrisis_lab.training") / "no_drugs.toml"
    left_out = {*parsed(resource.name, resource.read_text(encoding="utf-8"))["names"]}
    left_out |= {
        name for language in LANGUAGES for known in word_lists("analytes", language).values() for name in known
    }
    kept = [name for name in names if len(name) >= _SHORTEST and name not in left_out]
    words = (Words.of(name, pieces).forms for name, pieces in zip(kept, tokenizer.cut(kept), strict=True))
    return {" ".join(form) for form in words if len(form) <= LONGEST}


def _runs(words: Sequence[str]) -> Iterator[str]:
    for length in range(1, LONGEST + 1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


def _form(labels: Counter[str], seen: int) -> Form:
    [(label, most)] = labels.most_common(1)
    return Form(label, labels.total(), seen, round(most / labels.total(), 3))
