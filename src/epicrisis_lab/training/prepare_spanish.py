"""Everything a Spanish run reads, gathered once from the corpora: examples, silver texts, plain text.

Sentences are cut as the note reader cuts them, so that the model meets in training what it is asked later. The same
cases are annotated by several corpora, each with its own type: a sentence of them becomes one example that teaches the
heads of every corpus that annotated it, and no other.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from epicrisis.domain.assertions import CueKind, Status
from epicrisis.engines.units import Unit, sections_of, sentence_units
from epicrisis_lab.corpora.reading import load_rows
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.training.augment import augmented, joined, words_of
from epicrisis_lab.training.augment.notes import varied
from epicrisis_lab.training.examples import Example, TagSpan, Target, examples_of, outermost, write_examples
from epicrisis_lab.training.labels import TAG_HEADS
from epicrisis_lab.training.prepare import EXAMPLES, SILVER, TEXTS, annotated, gold, texts, write_texts

HeadTags = dict[str, list[TagSpan]]
"""The spans of each head that one row teaches."""

AUGMENTED, JOINED, SEED = 8000, 1500, 1
"""How many sentences templates give, how many runs of sentences are joined, and the dice of both."""
SILVER_SENTENCES = {
    "spaccc": 8000,
    "cardioccc": 8000,
    "livingner": 8000,
    "nubes": 12_000,
    "iula_plus": 2500,
    "unlabelled": 16_000,
}
"""How many sentences of each source a teacher reads: no corpus is annotated for every head."""
WIDE = 480
"""Characters in a run of sentences read as one: the model may be shown more than a sentence at a time."""

# Corpus, and the heads its labels teach; all five annotate the same cases, so those are read as one.
_CASES: Mapping[str, tuple[str, ...]] = {
    "symptemist": ("symptoms", "symptoms_base"),
    "medprocner": ("procedures", "procedures_base"),
    "distemist": ("diseases", "diseases_base"),
    "drugtemist": ("medications", "medications_base"),
    "pharmaconer": ("pharmaconer",),
}
_CARDIOLOGY = {"diseases": "ENFERMEDAD", "medications": "FARMACO"}
_ENGLISH = ("mtsamples_status", "mtsamples_own", "negex", "bioscope", "bc5cdr", "ncbi_disease", "maccrobat2020")
CORPORA = (
    *_CASES, "cardioccc", "livingner", "meddocan", "cantemist", "cantemist_background", "es_status", "nubes",
    "iula_plus",
)  # fmt: skip

# NUBes marks what is negated and what is uncertain, and says nothing finer of either, nor of what is left.
_COMPATIBLE = {Status.PRESENT: ("PRESENT", "CONDITIONAL", "HYPOTHETICAL"), Status.ABSENT: ("ABSENT", "NORMAL")}


def prepare_spanish(data: Path, out: Path) -> dict[str, int]:
    """Write examples, silver sentences and texts to ``out``; return the rows of each."""
    out.mkdir(parents=True, exist_ok=True)
    examples = [*_documents(data), *_sentences(data)]
    train = [e for e in examples if e.split == "train"]
    clinical = [e for e in train if e.source in ("es_status", "es_own")]
    examples += augmented("es", words_of(clinical), AUGMENTED, SEED)
    examples += joined(clinical, JOINED, SEED)
    examples += _varied(train)
    examples += _english(data)
    silver = list(_silver(data, train))
    return {
        "examples": write_examples(out / EXAMPLES, examples),
        "silver": write_examples(out / SILVER, silver),
        "texts": write_texts(out / TEXTS, [*_texts(data), *texts(data)]),
    }


def _english(data: Path) -> Iterator[Example]:
    """Yield what English corpora teach the heads both languages share; one of them is scored too."""
    for example in gold(data):
        if example.source in _ENGLISH and (example.split == "train" or example.source == "mtsamples_status"):
            yield example


def _documents(data: Path) -> Iterator[Example]:
    """Yield the sentences of every annotated document, and runs of them too."""
    for split in ("train", "dev"):
        for source, rows in _annotated_documents(data, split):
            for row, tags in rows:
                yield from _cut(row, tags, source, split)


def _annotated_documents(data: Path, split: str) -> Iterator[tuple[str, Iterable[tuple[LabRow, HeadTags]]]]:
    yield "spaccc", _cases(data, split)
    yield "cardioccc", _corpus(data, "cardioccc", split, _CARDIOLOGY)
    yield "meddocan", _corpus(data, "meddocan", split, {"meddocan": None})
    if split == "train":
        yield "cantemist", _corpus(data, "cantemist", split, {"cantemist": None})


def _cases(data: Path, split: str) -> Iterator[tuple[LabRow, HeadTags]]:
    """Yield the cases several corpora annotate, each once, with the heads of all that did."""
    rows: dict[str, LabRow] = {}
    tags: dict[str, HeadTags] = defaultdict(dict)
    for corpus, heads in _CASES.items():
        for row in _rows(data, corpus, split):
            # One case of PharmaCoNER has another text than elsewhere: what it marks there is left out.
            if rows.setdefault(row.doc, row).text != row.text:
                continue
            tags[row.doc] |= {head: _spans(row, TAG_HEADS[head]) for head in heads}
    for name, row in rows.items():
        yield row, tags[name]


def _corpus(data: Path, corpus: str, split: str, heads: Mapping[str, str | None]) -> Iterator[tuple[LabRow, HeadTags]]:
    """Yield the documents of ``corpus`` with its ``heads``, each taught by one of its labels, or by all."""
    for row in _rows(data, corpus, split):
        every = {str(e.label) for e in row.entities}
        yield row, {head: _spans(row, {label} if label else every) for head, label in heads.items()}


def _spans(row: LabRow, labels: Container[str]) -> list[TagSpan]:
    return outermost((e.span.start, e.span.end, e.label) for e in row.entities if e.label in labels)


def _cut(row: LabRow, tags: Mapping[str, list[TagSpan]], source: str, split: str) -> Iterator[Example]:
    units = list(sentence_units(row.document, sections_of(row.document)))
    for number, unit in enumerate(units):
        inside = {head: list(_in_unit(spans, unit)) for head, spans in tags.items()}
        yield Example(f"{row.id}-{number}", source, split, unit.text, inside)
    # Its head does not ship, so nobody will ask it about more than a sentence.
    if source == "cantemist":
        return
    for number, (start, end) in enumerate(_runs(units)):
        inside = {h: [(a - start, b - start, k) for a, b, k in s if start <= a and b <= end] for h, s in tags.items()}
        yield Example(f"{row.id}-w{number}", f"{source}_wide", split, row.text[start:end], inside)


def _in_unit(spans: Iterable[TagSpan], unit: Unit) -> Iterator[TagSpan]:
    shift = unit.lead - unit.start
    for start, end, label in spans:
        if unit.start <= start and end <= unit.span.end:
            yield start + shift, end + shift, label


def _runs(units: Sequence[Unit]) -> list[tuple[int, int]]:
    """Return where runs of sentences start and end; each has at most ``WIDE`` characters, or is one long sentence."""
    runs: list[tuple[int, int]] = []
    for unit in units:
        if runs and unit.span.end - runs[-1][0] <= WIDE:
            runs[-1] = (runs[-1][0], unit.span.end)
        else:
            runs.append((unit.span.start, unit.span.end))
    return runs


def _sentences(data: Path) -> Iterator[Example]:
    """Yield what is annotated sentence by sentence."""
    for split in ("train", "dev"):
        yield from examples_of(_rows(data, "es_status", split, ".sentences"), "es_status", split)
        yield from _species(data, split)
        for corpus in ("nubes", "iula_plus"):
            yield from _negated(data, corpus, split)
    yield from annotated("es_own")


def _species(data: Path, split: str) -> Iterator[Example]:
    for row in _rows(data, "livingner", split):
        # The corpus calls both SPECIES and tells them apart in a finer field, which rows keep as the entity's kind.
        spans = outermost((e.span.start, e.span.end, e.sub or e.label) for e in row.entities)
        yield Example(row.id, "livingner", split, row.text, {"species": spans, "species_base": list(spans)})


def _negated(data: Path, corpus: str, split: str) -> Iterator[Example]:
    """Yield the sentences of NUBes with cues and scopes, and the status of what those reach."""
    by_text: dict[str, Example] = {}
    for row in _rows(data, corpus, split, ".sentences"):
        if row.text in by_text:
            continue
        example = by_text[row.text] = Example(row.id, corpus, split, row.text)
        example.tags["nubes"] = outermost((c.span.start, c.span.end, str(c.kind)) for c in row.cues)
        for kind, head in ((CueKind.NEGATION, "scope_neg"), (CueKind.UNCERTAINTY, "scope_unc")):
            scopes = ((s.span.start, s.span.end, "SCOPE") for s in row.scopes if s.kind is kind)
            example.tags[head] = outermost(scopes)
    for row in _rows(data, corpus, split):
        if row.text in by_text:
            by_text[row.text].targets += [
                Target(t.span.start, t.span.end, _COMPATIBLE.get(t.status, (t.status,))) for t in row.targets
            ]
    yield from by_text.values()


def _varied(train: Sequence[Example]) -> Iterator[Example]:
    """Yield sentences of case reports as a ward would write them, for all heads but those of case reports alone."""
    rng = random.Random(SEED)
    for example in train:
        if example.source in ("spaccc", "cardioccc", "livingner", "es_status", "es_own"):
            tags = {head: spans for head, spans in example.tags.items() if not head.endswith("_base")}
            yield varied(replace(example, source=f"{example.source}_varied", tags=tags), rng)


def _silver(data: Path, train: Sequence[Example]) -> Iterator[Example]:
    """Yield the sentences a teacher reads, each once."""
    rng = random.Random(SEED)
    pools: dict[str, list[Example]] = defaultdict(list)
    for example in train:
        pools[example.source].append(example)
    pools["unlabelled"] = [
        Example(f"{row.id}-{number}", "unlabelled", "silver", unit.text)
        for row in _rows(data, "unlabelled/cantemist_background", "")
        for number, unit in enumerate(sentence_units(row.document, sections_of(row.document)))
    ]
    seen: set[str] = set()
    for source, most in SILVER_SENTENCES.items():
        for example in rng.sample(pools[source], min(most, len(pools[source]))):
            if example.text not in seen and len(example.text) > 3:
                seen.add(example.text)
                yield Example(example.id, f"silver_{source}", "silver", example.text)


def _texts(data: Path) -> Iterator[str]:
    """Yield Spanish documents and sentences as they are, to be read without marks."""
    yield from (row.text for row in _rows(data, "unlabelled/cantemist_background", ""))
    for corpus in ("symptemist", "cardioccc", "livingner", "cantemist"):
        yield from (row.text for row in _rows(data, corpus, "train"))
    for corpus in ("nubes", "iula_plus", "es_status"):
        yield from (row.text for row in _rows(data, corpus, "train", ".sentences"))


def _rows(data: Path, corpus: str, split: str, kind: str = "") -> Sequence[LabRow]:
    """Return the rows of a file of ``corpus``; one without a ``split`` is a single file, named as the corpus is."""
    folder = data / ("assertion" if corpus in ("nubes", "iula_plus", "es_status") else "ner_es") / corpus
    path = folder / f"{split}{kind}.jsonl.gz" if split else folder.parent / f"{folder.name}.jsonl.gz"
    return load_rows([path]).rows
