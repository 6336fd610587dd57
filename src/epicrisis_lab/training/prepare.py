"""Everything a run reads, gathered once from the corpora into one folder: examples, silver texts, plain text."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans
from epicrisis_lab.corpora.reading import load_rows
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.training.augment import augmented, joined, words_of
from epicrisis_lab.training.examples import Example, examples_of, write_examples
from epicrisis_lab.training.marks import read_marks

# Each is trainable by its licence: epicrisis_lab/corpora/catalogue.toml.
ENTITY_CORPORA = ("bc5cdr", "ncbi_disease", "maccrobat2020", "phee", "lct", "fb_clinical_trials")
TEXT_CORPORA = (*ENTITY_CORPORA, "anatem")
# name, folder and file ending of every annotated corpus, and those whose dev part is scored while training
_ANNOTATED = (
    ("mtsamples_status", "assertion", ".sentences.jsonl.gz"),
    ("negex", "assertion", ".jsonl.gz"),
    ("bioscope", "assertion", ".sentences.jsonl.gz"),
    *((name, "ner_en", ".jsonl.gz") for name in ENTITY_CORPORA),
)
_SCORED = ("mtsamples_status", "negex", "bioscope", "bc5cdr", "ncbi_disease")


def prepare(data: Path, out: Path, *, augmentations: int = 8000, seed: int = 1) -> dict[str, int]:
    """Write ``examples.jsonl.gz``, ``silver.jsonl.gz`` and ``texts.txt.gz`` to ``out``; return the rows of each."""
    out.mkdir(parents=True, exist_ok=True)
    mended = {example.id: example for example in annotated("mtsamples_status_mended")}
    examples = [mended.get(example.id, example) for example in _gold(data)]
    train = [e for e in examples if e.split == "train" and e.source in ("mtsamples_status", "mtsamples_own")]
    examples += [*augmented("en", words_of(train), augmentations, seed), *joined(train, 3000, seed)]
    silver = list(_silver(data, {e.text for e in train}, seed))
    texts = list(_texts(data))
    with gzip.open(out / "texts.txt.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(text.replace("\n", " ") + "\n" for text in texts)
    return {
        "examples": write_examples(out / "examples.jsonl.gz", examples),
        "silver": write_examples(out / "silver.jsonl.gz", silver),
        "texts": len(texts),
    }


def _gold(data: Path) -> Iterator[Example]:
    for split in ("train", "dev"):
        for name, folder, ending in _ANNOTATED:
            if split == "train" or name in _SCORED:
                yield from examples_of(_rows(data / folder / name / f"{split}{ending}"), name, split)
    yield from annotated("mtsamples_own")


def _rows(path: Path) -> Sequence[LabRow]:
    return load_rows([path]).rows


def annotated(name: str) -> Iterator[Example]:
    """Yield the sentences annotated for this project in ``annotated/NAME.tsv``: MTSamples notes (CC0)."""
    lines = files("epicrisis_lab.training").joinpath(f"annotated/{name}.tsv").read_text(encoding="utf-8")
    for line in lines.splitlines():
        if line and not line.startswith("#"):
            row, label, marked = line.split("\t")
            yield read_marks(row, label, marked, source=name.removesuffix("_mended"), split="train")


def _dev_notes(data: Path) -> set[str]:
    return {row.doc for row in _rows(data / "assertion" / "mtsamples_status" / "dev.sentences.jsonl.gz")}


def _notes(data: Path) -> Iterator[LabRow]:
    """Yield the unlabelled notes but those a dev sentence was drawn from."""
    dev = _dev_notes(data)
    yield from (row for row in _rows(data / "notes" / "mtsamples_dev.jsonl.gz") if row.id not in dev)


def _silver(data: Path, known: set[str], seed: int) -> Iterator[Example]:
    """Yield unlabelled sentences for the teacher: notes (none a dev sentence was drawn from) and abstracts.

    A third of the sentences under a heading carry it in front, as the note reader sends them.
    """
    rng = random.Random(seed)
    for row in _notes(data):
        text = row.text
        sections = section_spans(text)
        for number, span in enumerate(sentence_spans(text)):
            sentence = " ".join(text[span.start : span.end].split())
            section = next((s for s in reversed(sections) if s.span.contains(span)), None)
            if section and section.heading and section.heading.end <= span.start and rng.random() < 0.35:
                heading = text[section.heading.start : section.heading.end].rstrip(" :")
                sentence = f"{heading}: {sentence}"
            if sentence not in known and len(sentence) > 3:
                known.add(sentence)
                yield Example(f"{row.id}-s{number}", "silver_notes", "silver", sentence)
    for name in TEXT_CORPORA:
        for row in _rows(data / "ner_en" / name / "train.jsonl.gz"):
            for number, span in enumerate(sentence_spans(row.text)):
                sentence = " ".join(row.text[span.start : span.end].split())
                if sentence not in known and len(sentence) > 20:
                    known.add(sentence)
                    yield Example(f"{row.id}-s{number}", "silver_abstracts", "silver", sentence)


def _texts(data: Path) -> Iterator[str]:
    yield from (row.text for row in _notes(data))
    for name in TEXT_CORPORA:
        yield from (row.text for row in _rows(data / "ner_en" / name / "train.jsonl.gz"))
    yield from (row.text for row in _rows(data / "assertion" / "bioscope" / "train.sentences.jsonl.gz"))
