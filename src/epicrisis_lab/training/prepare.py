"""Everything a run reads, gathered once from the corpora into one folder: examples, silver texts, plain text."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from epicrisis.engines.units import sections_of, sentence_units
from epicrisis_lab.corpora.reading import load_rows
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.training.augment import augmented, joined, words_of
from epicrisis_lab.training.examples import Example, examples_of, write_examples
from epicrisis_lab.training.files import written
from epicrisis_lab.training.marks import read_marks

EXAMPLES, SILVER, TEXTS = "examples.jsonl.gz", "silver.jsonl.gz", "texts.txt.gz"
"""What a prepared folder holds; the texts are written last, so where they are, everything is."""

AUGMENTED, JOINED, SEED = 8000, 3000, 1
"""How many sentences templates give, how many runs of sentences are joined, and the dice of both."""

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
_SCORED = ("mtsamples_status", "negex", "bioscope", "bc5cdr", "ncbi_disease", "maccrobat2020")


def prepare(data: Path, out: Path) -> dict[str, int]:
    """Write examples, silver sentences and texts to ``out``; return the rows of each."""
    out.mkdir(parents=True, exist_ok=True)
    mended = {example.id: example for example in annotated("mtsamples_status_mended")}
    examples = [mended.get(example.id, example) for example in gold(data)]
    train = [e for e in examples if e.split == "train" and e.source in ("mtsamples_status", "mtsamples_own")]
    examples += [*augmented("en", words_of(train), AUGMENTED, SEED), *joined(train, JOINED, SEED)]
    return {
        "examples": write_examples(out / EXAMPLES, examples),
        "silver": write_examples(out / SILVER, _silver(data, {e.text for e in train})),
        "texts": write_texts(out / TEXTS, list(texts(data))),
    }


def write_texts(path: Path, texts: Sequence[str]) -> int:
    """Write one text a line (gzip) and return how many."""
    with written(path) as part, gzip.open(part, "wt", encoding="utf-8") as lines:
        lines.writelines(text.replace("\n", " ") + "\n" for text in texts)
    return len(texts)


def gold(data: Path) -> Iterator[Example]:
    """Yield what the English corpora annotate, the training part of each and the dev part of those that are scored."""
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


def _silver(data: Path, known: set[str]) -> Iterator[Example]:
    """Yield unlabelled sentences for the teacher, as the note reader sends them; none is ``known`` or comes twice."""
    seen = set(known)
    # Short sentences of a note are findings ("Afebrile."), those of an abstract are scraps ("RESULTS:").
    for source, shortest, rows in (("silver_notes", 4, _notes(data)), ("silver_abstracts", 21, _literature(data))):
        for row in rows:
            for number, unit in enumerate(sentence_units(row.document, sections_of(row.document))):
                if unit.text not in seen and len(unit.text) >= shortest:
                    seen.add(unit.text)
                    yield Example(f"{row.id}-s{number}", source, "silver", unit.text)


def _literature(data: Path) -> Iterator[LabRow]:
    for name in TEXT_CORPORA:
        yield from _rows(data / "ner_en" / name / "train.jsonl.gz")


def texts(data: Path) -> Iterator[str]:
    """Yield English notes and abstracts as they are, to be read without marks."""
    yield from (row.text for row in _notes(data))
    yield from (row.text for row in _literature(data))
    yield from (row.text for row in _rows(data / "assertion" / "bioscope" / "train.sentences.jsonl.gz"))
