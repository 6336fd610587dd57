"""The texts of the corpora by language: what is counted, and what is scored."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from epicrisis_lab.corpora.catalogue import Corpus, catalogue


@dataclass(frozen=True, slots=True)
class Told:
    """A text, and the language its corpus is in."""

    corpus: str
    language: str
    text: str


def texts_to_learn_from(root: Path) -> Iterator[Told]:
    """Yield each text once that may teach what we ship: training parts, and texts nobody has marked."""
    for corpus in catalogue().values():
        if corpus.train_shipped:
            yield from _texts(corpus, root, ("train", "unlabelled", "cantemist_background"))


def texts_to_score(root: Path) -> Iterator[Told]:
    """Yield each text of the development parts once."""
    for corpus in catalogue().values():
        yield from _texts(corpus, root, ("dev", "mtsamples_dev"))


def _texts(corpus: Corpus, root: Path, parts: tuple[str, ...]) -> Iterator[Told]:
    seen: set[str] = set()
    for path in corpus.files(root):
        if path.name.split(".")[0] not in parts:
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                text = json.loads(line)["text"]
                if text.strip() and text not in seen:
                    seen.add(text)
                    yield Told(corpus.name, corpus.language, text)
