"""How often the language of a text is told right: by length, as written, in haste, and shouted."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.documents import Document
from epicrisis.services.mixing import with_foreign
from epicrisis.text.characters import unaccented
from epicrisis.text.language import detect_language
from epicrisis.text.sentences import sentence_spans
from epicrisis_lab.language.texts import Told

# In characters; a bucket ends before the next begins.
BUCKETS = (0, 20, 40, 80, 160, 1_000)
WRITINGS: Mapping[str, Callable[[str], str]] = {
    "as written": lambda text: text,
    "without accents": unaccented,
    "in capitals": str.upper,
    "capitals without accents": lambda text: unaccented(text).upper(),
}
# Enough for a third decimal, and no corpus outweighs the others.
_MOST_DOCUMENTS, _MOST_SENTENCES = 300, 1_500
_NOTE = 3_000


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Texts of one kind, language, length and writing, and how many of them were taken for the right language."""

    kind: str
    language: str
    bucket: int
    writing: str
    texts: int
    right: int

    @property
    def length(self) -> str:
        """Return how many characters the texts have, in words."""
        return length_of(self.bucket)


def samples(texts: Iterable[Told], *, seed: int = 0) -> dict[str, list[Told]]:
    """Return documents, and single sentences of them, at most so many of a corpus, the same for the same seed."""
    by_corpus: dict[str, list[Told]] = defaultdict(list)
    for told in texts:
        by_corpus[told.corpus].append(told)
    rng = random.Random(seed)
    chosen: dict[str, list[Told]] = {"documents": [], "sentences": []}
    for corpus, own in sorted(by_corpus.items()):
        documents = rng.sample(own, min(_MOST_DOCUMENTS, len(own)))
        sentences = sorted({text for told in documents for text in _sentences(told)})
        chosen["documents"] += documents
        for text in rng.sample(sentences, min(_MOST_SENTENCES, len(sentences))):
            chosen["sentences"].append(Told(corpus, own[0].language, text))
    return chosen


def accuracies(chosen: Mapping[str, Sequence[Told]]) -> list[Accuracy]:
    """Return the accuracy of each kind, writing, language and length."""
    found: dict[tuple[str, str, int, str], list[bool]] = defaultdict(list)
    for kind, texts in chosen.items():
        for told in texts:
            for writing, written in WRITINGS.items():
                right = detect_language(written(told.text)) == told.language
                found[kind, told.language, _bucket(len(told.text)), writing].append(right)
    return [Accuracy(*about, len(right), sum(right)) for about, right in found.items()]


def false_alarms(documents: Sequence[Told]) -> tuple[float, float]:
    """Return the share of documents, and of their sentences, that are told to be in the other language, and are not."""
    alarmed = sentences = foreign = 0
    for told in documents:
        marked = _marked(told.text, told.language)
        foreign += sum(sentence.language is not None for sentence in marked)
        sentences += len(marked)
        alarmed += any(sentence.language is not None for sentence in marked)
    return alarmed / len(documents), foreign / sentences


def found_strangers(sentences: Sequence[Told], *, seed: int = 0) -> dict[str, float]:
    """Return, by length, the share of sentences that are found out among ten of the other language."""
    rng = random.Random(seed)
    by_language = {each: [told.text for told in sentences if told.language == each] for each in ("en", "es")}
    found: dict[int, list[bool]] = defaultdict(list)
    for told in rng.sample(list(sentences), min(2_000, len(sentences))):
        other = "es" if told.language == "en" else "en"
        note = "\n".join([*rng.sample(by_language[other], 10), told.text])
        last = _marked(note, other)[-1]
        found[_bucket(len(told.text))].append(last.language == told.language)
    return {length_of(bucket): sum(right) / len(right) for bucket, right in sorted(found.items())}


def milliseconds_a_note(documents: Sequence[Told]) -> float:
    """Return how long it takes to tell the language of 3,000 characters, in the median."""
    joined = [told.text for told in documents if len(told.text) >= _NOTE]
    took = []
    for text in joined[:300]:
        began = perf_counter()
        detect_language(text[:_NOTE])
        took.append((perf_counter() - began) * 1_000)
    return median(took)


def length_of(bucket: int) -> str:
    """Return how many characters the texts of ``bucket`` have, in words."""
    after = BUCKETS[bucket + 1 :]
    return f"{BUCKETS[bucket]:,} to {after[0] - 1:,}" if after else f"{BUCKETS[bucket]:,} or more"


def _marked(text: str, language: str) -> Sequence[Sentence]:
    spans = sentence_spans(text, language)
    return with_foreign(Document("scored", text, language), tuple(Sentence(span) for span in spans))


def _sentences(told: Told) -> list[str]:
    return [told.text[span.start : span.end] for span in sentence_spans(told.text, told.language)]


def _bucket(length: int) -> int:
    return bisect_right(BUCKETS, length) - 1
