"""Everything a run reads, gathered once from the corpora into one folder: examples, silver texts, plain text."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans
from epicrisis_lab.training.augment import augmented, joined, words_of
from epicrisis_lab.training.examples import (
    Example,
    entity_examples,
    jsonl,
    negex_examples,
    scope_examples,
    sentence_examples,
    write_examples,
)
from epicrisis_lab.training.marks import read_marks

# Each is trainable by its licence: epicrisis_lab/corpora/catalogue.toml.
ENTITY_CORPORA = ("bc5cdr", "ncbi_disease", "maccrobat2020", "phee", "lct", "fb_clinical_trials")
TEXT_CORPORA = (*ENTITY_CORPORA, "anatem")


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
    assertion, entities = data / "assertion", data / "ner_en"
    for split in ("train", "dev"):
        status = assertion / "mtsamples_status" / f"{split}.sentences.jsonl.gz"
        yield from sentence_examples(jsonl(status), "mtsamples_status", split)
        yield from negex_examples(jsonl(assertion / "negex" / f"{split}.jsonl.gz"), split)
        yield from scope_examples(jsonl(assertion / "bioscope" / f"{split}.sentences.jsonl.gz"), "bioscope", split)
        for name in ENTITY_CORPORA:
            if split == "train" or name in ("bc5cdr", "ncbi_disease"):
                yield from entity_examples(jsonl(entities / name / f"{split}.jsonl.gz"), name, split)
    yield from annotated("mtsamples_own")


def annotated(name: str) -> Iterator[Example]:
    """Yield the sentences annotated for this project in ``annotated/NAME.tsv``: MTSamples notes (CC0)."""
    lines = files("epicrisis_lab.training").joinpath(f"annotated/{name}.tsv").read_text(encoding="utf-8")
    for line in lines.splitlines():
        if line and not line.startswith("#"):
            row, label, marked = line.split("\t")
            yield read_marks(row, label, marked, source=name.removesuffix("_mended"), split="train")


def _dev_notes(data: Path) -> set[str]:
    rows = jsonl(data / "assertion" / "mtsamples_status" / "dev.sentences.jsonl.gz")
    return {row["doc"] for row in rows}


def _silver(data: Path, known: set[str], seed: int) -> Iterator[Example]:
    """Yield unlabelled sentences for the teacher: notes (none a dev sentence was drawn from) and abstracts.

    A third of the sentences under a heading carry it in front, as the note reader sends them.
    """
    rng = random.Random(seed)
    dev = _dev_notes(data)
    for row in jsonl(data / "notes" / "mtsamples_dev.jsonl.gz"):
        if row["id"] in dev:
            continue
        text: str = row["text"]
        sections = section_spans(text)
        for number, span in enumerate(sentence_spans(text)):
            sentence = " ".join(text[span.start : span.end].split())
            section = next((s for s in reversed(sections) if s.span.contains(span)), None)
            if section and section.heading and section.heading.end <= span.start and rng.random() < 0.35:
                heading = text[section.heading.start : section.heading.end].rstrip(" :")
                sentence = f"{heading}: {sentence}"
            if sentence not in known and len(sentence) > 3:
                known.add(sentence)
                yield Example(f"{row['id']}-s{number}", "silver_notes", "silver", sentence)
    for name in TEXT_CORPORA:
        for row in jsonl(data / "ner_en" / name / "train.jsonl.gz"):
            for number, span in enumerate(sentence_spans(row["text"])):
                sentence = " ".join(row["text"][span.start : span.end].split())
                if sentence not in known and len(sentence) > 20:
                    known.add(sentence)
                    yield Example(f"{row['id']}-s{number}", "silver_abstracts", "silver", sentence)


def _texts(data: Path) -> Iterator[str]:
    dev = _dev_notes(data)
    for row in jsonl(data / "notes" / "mtsamples_dev.jsonl.gz"):
        if row["id"] not in dev:
            yield row["text"]
    for name in TEXT_CORPORA:
        for row in jsonl(data / "ner_en" / name / "train.jsonl.gz"):
            yield row["text"]
    for row in jsonl(data / "assertion" / "bioscope" / "train.sentences.jsonl.gz"):
        yield row["text"]
