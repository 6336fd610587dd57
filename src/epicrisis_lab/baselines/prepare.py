"""What the taggers are trained on, from the corpora: sentences of words with marks, and vectors of the words."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from epicrisis_lab.baselines.words import Mark, words_of
from epicrisis_lab.corpora.catalogue import Corpus, corpus, data_root
from epicrisis_lab.corpora.reading import load_rows
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import MissingData

CORPORA = ("symptemist", "medprocner", "distemist", "drugtemist", "livingner", "pharmaconer")
"""The five types of the Barcelona images, and the chemicals beside them."""
UNLABELLED = "ner_es/unlabelled/cantemist_background.jsonl.gz"
LEAST, SIZE = 5, 100
"""How often a word is seen that has a vector, and the length of the vector: that of Lample et al. (2016)."""

Gold = tuple[tuple[str, ...], list[Mark]]
"""The words of a sentence and what is marked on them."""


def gold_sentences(name: str, split: str) -> list[Gold]:
    """Return the sentences of one part of a corpus, each mark with the finest label the corpus scores.

    Raises:
        UnknownCorpus: it does not stand in the catalogue.
        MissingData: that part is not on this machine.
    """
    known = corpus(name)
    return list(chain.from_iterable(_sentences(known, row) for row in _rows(known, split)))


def write_prepared(path: Path, names: Iterable[str] = CORPORA) -> Path:
    """Write to ``path`` (.json.gz) all that the BiLSTM-CRF is trained from; see ``bilstm_training``.

    Raises:
        UnknownCorpus: a name does not stand in the catalogue.
        MissingData: a corpus is not on this machine.
    """
    # Imported here: the vectors are torch's work, the rest is not.
    from epicrisis_lab.baselines.vectors import word_vectors

    corpora = {name: _prepared(name) for name in names}
    lines = [line.split(" ") for held in corpora.values() for line, _ in held["train"]]
    seen = [*dict.fromkeys(map(tuple, lines)), *_unlabelled()]
    prepared = {"corpora": corpora, "vectors": word_vectors(seen, least=LEAST, size=SIZE)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(json.dumps(prepared, ensure_ascii=False, separators=(",", ":")).encode("utf-8")))
    return path


def _prepared(name: str) -> dict[str, Any]:
    parts = {split: gold_sentences(name, split) for split in ("train", "dev")}
    labels = sorted({label for part in parts.values() for _, marks in part for _, _, label in marks})
    written = {
        split: [[" ".join(words), [[a, b, labels.index(label)] for a, b, label in marks]] for words, marks in part]
        for split, part in parts.items()
    }
    return {"language": corpus(name).language, "labels": labels, **written}


def _sentences(known: Corpus, row: LabRow) -> Iterator[Gold]:
    entities = [
        (entity.span, entity.sub if entity.sub in known.subs else entity.label)
        for entity in row.entities
        if entity.label not in known.unscored
    ]
    for words in words_of(row.text, known.language):
        yield words.texts, words.marks(entities)


def _rows(known: Corpus, split: str) -> Sequence[LabRow]:
    root = data_root()
    paths = [path for path in known.files(root) if path.name == f"{split}.jsonl.gz"] if root else []
    if not paths:
        raise MissingData(f"No {split} part of {known.name} here; set EPICRISIS_CORPORA to the folder of the corpora.")
    return load_rows(paths, language=known.language).rows


def _unlabelled() -> Iterator[Sequence[str]]:
    root = data_root()
    path = root / UNLABELLED if root else None
    if path is not None and path.exists():
        for row in load_rows([path], language="es").rows:
            yield from (words.texts for words in words_of(row.text, "es"))
