"""The taggers as engines: one after another, each with its own label set, as one image per type would answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.engines.contracts import EngineCard
from epicrisis_lab.baselines.crf import CrfTagger
from epicrisis_lab.baselines.words import marks_of, words_of
from epicrisis_lab.corpora.catalogue import Corpus, catalogue
from epicrisis_lab.errors import MissingCapability, MissingLibrary

WORK = Path("runs/baselines")
"""Where weights lie where nobody says otherwise: under the lab's runs, which no checkout carries."""
_BASE = "_base"


class Tags(Protocol):
    """Tags the words of sentences."""

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """Return the tags of each sentence, O or B- or I- with a label."""
        ...


class Taggers:
    """Reads a note once per label set, with the tagger trained on the corpus of that label set."""

    def __init__(self, kind: str, language: str, work: Path = WORK) -> None:
        """Read with the weights of ``kind`` below ``work``; each is opened when first asked for."""
        self._kind, self._language, self._work = kind, language, work
        self._opened: dict[str, Tags] = {}
        self.card = EngineCard(
            name=kind, version="1", summary="A baseline of the lab, one tagger per label set.", languages=(language,)
        )

    @property
    def label_sets(self) -> tuple[str, ...]:
        """Return the label sets there are weights for; ``_base`` names the same weights."""
        known = [name for name, corpus in _corpora(self._language).items() if self._weights(corpus).exists()]
        return tuple(each for name in known for each in (name, name + _BASE))

    def named(self, documents: Sequence[Document], label_sets: Sequence[str]) -> list[dict[str, list[Entity]]]:
        """Return the entities of each document, in order, by label set.

        Raises:
            MissingCapability: there are no weights for a label set.
        """
        sentences = [words_of(document.text, self._language) for document in documents]
        every = [words for own in sentences for words in own]
        texts = [words.texts for words in every]
        found: list[dict[str, list[Entity]]] = [{} for _ in documents]
        for name in label_sets:
            tagged = iter(zip(every, self._tagger(name).tag(texts), strict=True))
            for own, entities in zip(sentences, found, strict=True):
                here = [next(tagged) for _ in own]
                entities[name] = [
                    Entity(words.span_of(mark), mark[2]) for words, tags in here for mark in marks_of(tags)
                ]
        return found

    def _tagger(self, label_set: str) -> Tags:
        if label_set not in self._opened:
            corpus = _corpora(self._language).get(label_set.removesuffix(_BASE))
            if corpus is None or not self._weights(corpus).exists():
                raise MissingCapability(
                    f"No {self._kind} weights for the label set {label_set!r} in {self._work}; "
                    f"`epicrisis-lab baseline {self._kind} {corpus.name if corpus else 'CORPUS'}` trains them."
                )
            self._opened[label_set] = KINDS[self._kind][1](self._weights(corpus))
        return self._opened[label_set]

    def _weights(self, corpus: Corpus) -> Path:
        return weights(self._kind, corpus.name, self._work)


def weights(kind: str, corpus: str, work: Path = WORK) -> Path:
    """Return where the weights of ``kind`` for ``corpus`` lie below ``work``."""
    return work / kind / f"{corpus}{KINDS[kind][0]}"


def _corpora(language: str) -> Mapping[str, Corpus]:
    """Return the corpus that teaches each label set: the first of the catalogue that marks that one alone."""
    found: dict[str, Corpus] = {}
    for corpus in catalogue().values():
        if corpus.language == language and len(corpus.label_sets) == 1 and "entities" in corpus.kinds:
            found.setdefault(corpus.label_sets[0], corpus)
    return found


def _bilstm_crf(path: Path) -> Tags:
    try:
        tagger: Tags = import_module("epicrisis_lab.baselines.bilstm_crf").load(path)[0]
    except ImportError as cause:
        raise MissingLibrary("The baseline bilstm-crf needs torch: `pip install epicrisis[bench]`.") from cause
    return tagger


KINDS: Mapping[str, tuple[str, Callable[[Path], Tags]]] = {
    "crf": (".crfsuite", CrfTagger),
    "bilstm-crf": (".pt", _bilstm_crf),
}
"""What each kind calls its weights, and how it opens them."""
