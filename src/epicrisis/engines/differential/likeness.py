"""What a clause tells in words of its own: findings whose sentences it is most like, by an encoder of sentences.

A small encoder (Reimers and Gurevych 2019, "Sentence-BERT"; all-MiniLM-L6-v2) reads each sentence once. The mean of
its pieces gives a clause one vector, and each finding has one too, taught on clauses that tell it: "heart dancing about
with no rhythm" lies near ``palpitations-irregular``. So has what tells nothing: "she was brought in by her sister".
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from epicrisis.domain.differentials import FindingKind
from epicrisis.domain.spans import Span
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.encoder.session import Session, open_session
from epicrisis.engines.shipped import ShippedEngine

GRAPH, TOKENIZER = "clauses.onnx", "tokenizer.json"
NOTHING = "none"
"""What a clause tells that tells no finding; the last of the labels."""
WIDTH = 384
"""How many numbers the vector of a clause has."""
Scores = NDArray[np.float64]

# How many characters the encoder is shown at once, and how many pieces of them.
_LONGEST, _MOST_PIECES = 400, 160
_PIECES_AT_ONCE = 1_024
# What stands alone, with nothing beside it that says what it is about, is told where it is surer than in a note.
_EVEN, _FEWEST_WORDS = 0.5, 2


@dataclass(frozen=True, slots=True)
class Like:
    """A finding a clause tells, how sure that is (0 to 1), and whether the clause says that it is there."""

    finding: str
    probability: float
    present: bool


@dataclass(frozen=True, slots=True)
class _Answers:
    """A row a clause: the scores of findings and of nothing, whether it says they are there (over 0), its vector."""

    scores: Scores
    polar: Scores
    vectors: NDArray[np.float32]

    @property
    def whole(self) -> NDArray[np.float32]:
        """Return the vectors, and behind each whether its clause says that it is there."""
        return np.hstack([self.vectors, self.polar[:, None].astype(np.float32)])


@dataclass(frozen=True, slots=True)
class _Passage:
    """What the encoder is shown at once: pieces, and of each clause in it the number and where its pieces are."""

    pieces: Sequence[int]
    clauses: Sequence[tuple[int, int, int]]


class Likeness:
    """Finds what clauses tell; its weights are loaded when it is first asked."""

    def __init__(self, artifact: Artifact) -> None:
        """Use the graph, the tokenizer and the threshold of ``artifact``."""
        self.card: EngineCard = artifact.card
        self._artifact = artifact
        self.findings: Sequence[str] = artifact.labels["findings"][:-1]
        self._thresholds = artifact.thresholds
        self._temperature = artifact.temperatures["finding"]

    def load(self) -> None:
        """Load the weights now, so that nobody waits for it who asks."""
        _ = self._session, self._tokenizer

    def told(self, text: str, sentences: Sequence[Span], clauses: Sequence[Span]) -> list[Like | None]:
        """Return what each of ``clauses`` tells, in order, as ``heard`` does."""
        return self.heard(text, sentences, clauses)[0]

    def heard(
        self, text: str, sentences: Sequence[Span], clauses: Sequence[Span]
    ) -> tuple[list[Like | None], NDArray[np.float32]]:
        """Return what each of ``clauses`` tells, in order, ``None`` where no finding is sure enough; and its vector.

        Each is read in the one of ``sentences`` it stands in, and no other sentence changes what it tells. Vectors are
        as ``vectors`` returns them.
        """
        read = list[_Passage]()
        for passage, own in _passages(sentences, clauses):
            places = [(number, clauses[number].shifted(-passage.start)) for number in own]
            read.append(self._passage(text[passage.start : passage.end], places))
        answers = self._read(read, len(clauses))
        shares = _shares(answers.scores)[:, :-1]
        told = [
            Like(self.findings[place], float(share[place]), bool(is_there > 0))
            if share[place] >= self.least[place]
            else None
            for place, share, is_there in zip(
                shares.argmax(axis=1).tolist(), shares, answers.polar.tolist(), strict=True
            )
        ]
        return told, answers.whole

    def scores(self, clauses: Sequence[str]) -> Scores:
        """Return how much each clause, by itself, is like each of ``findings``: a row a clause, in logits.

        What is most like nothing has zeros.
        """
        scores = self._alone(clauses).scores
        return np.where(scores.argmax(axis=1, keepdims=True) == len(self.findings), 0.0, scores[:, :-1])

    def shares(self, clauses: Sequence[str]) -> tuple[Scores, Scores]:
        """Return how likely each clause, by itself, tells each of ``findings``, and nothing (the last column).

        Beside it stands, a number a clause, whether it says that it is there (over 0).
        """
        answers = self._alone(clauses)
        return _shares(answers.scores), answers.polar

    @cached_property
    def least(self) -> Scores:
        """How sure each of ``findings`` has to be to be told."""
        return least_of(self.findings, **self._thresholds)

    def alone(self, words: str) -> str | None:
        """Return the finding that ``words``, all that is said, tell; ``None`` where none is likelier than not.

        One word by itself is a name, which is known or is not.
        """
        if len(words.split()) < _FEWEST_WORDS:
            return None
        [shares], _ = self.shares([words])
        place = int(shares.argmax())
        return self.findings[place] if shares[place] > _EVEN and place < len(self.findings) else None

    def vectors(self, clauses: Sequence[str]) -> NDArray[np.float32]:
        """Return the vector of each clause by itself, a row a clause; last in it, whether it says that it is there.

        That is a number: over 0 where it does.
        """
        return self._alone(clauses).whole

    def _alone(self, clauses: Sequence[str]) -> _Answers:
        alone = [self._passage(clause, [(number, Span(0, len(clause)))]) for number, clause in enumerate(clauses)]
        return self._read(alone, len(clauses))

    def _passage(self, text: str, clauses: Sequence[tuple[int, Span]]) -> _Passage:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        offsets = np.array(encoding.offsets[:_MOST_PIECES]).reshape(-1, 2)
        # The first piece is one that every text begins with.
        spans = [
            (
                number,
                1 + int(np.searchsorted(offsets[:, 1], clause.start, "right")),
                1 + int(np.searchsorted(offsets[:, 0], clause.end, "left")),
            )
            for number, clause in clauses
        ]
        first, last = self._ends
        return _Passage([first, *encoding.ids[:_MOST_PIECES], last], spans)

    def _read(self, passages: Sequence[_Passage], clauses: int) -> _Answers:
        scores, polar = np.zeros((clauses, len(self.findings) + 1)), np.zeros(clauses)
        vectors = np.zeros((clauses, WIDTH), np.float32)
        for batch in _batches(passages):
            numbers = [number for passage in batch for number, _, _ in passage.clauses]
            answer = self._answer(batch)
            scores[numbers] = answer["findings"][: len(numbers)].astype(np.float64) / self._temperature
            polar[numbers] = answer["present"][: len(numbers)]
            vectors[numbers] = answer["vectors"][: len(numbers)]
        return _Answers(scores, polar, vectors)

    def _answer(self, passages: Sequence[_Passage]) -> Mapping[str, NDArray[Any]]:
        # A graph keeps memory for every shape it has seen: it is shown few.
        longest = _rounded(max(len(passage.pieces) for passage in passages), 8)
        count = _rounded(sum(len(passage.clauses) for passage in passages), 16)
        ids, mask = np.zeros((len(passages), longest), np.int64), np.zeros((len(passages), longest), np.int64)
        shares, clause = np.zeros((count, len(passages) * longest), np.float32), 0
        for number, passage in enumerate(passages):
            ids[number, : len(passage.pieces)], mask[number, : len(passage.pieces)] = passage.pieces, 1
            for _, start, end in passage.clauses:
                # What has no pieces of its own is like nothing.
                shares[clause, number * longest + start : number * longest + end] = 1 / max(end - start, 1)
                clause += 1
        [answer] = self._session.run([{"ids": ids, "mask": mask, "shares": shares}])
        return answer

    @cached_property
    def _session(self) -> Session:
        return open_session(self._artifact.path(GRAPH), threads=1)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self._artifact.path(TOKENIZER)))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _ends(self) -> tuple[int, int]:
        return ends_of(self._tokenizer)


def least_of(findings: Sequence[str], probability: float, history: float | None = None) -> Scores:
    """Return how sure each of ``findings`` has to be to be told: ``probability``, and ``history`` for a history.

    What somebody had is told by its name, and a year alone is like many a history.
    """
    known = knowledge_base().findings
    of_history = [each in known and known[each].kind is FindingKind.HISTORY for each in findings]
    return np.where(of_history, probability if history is None else history, probability)


def _shares(scores: Scores) -> Scores:
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def ends_of(tokenizer: Tokenizer) -> tuple[int, int]:
    """Return the pieces that everything the encoder is shown begins and ends with."""
    pieces = tokenizer.get_vocab()
    return pieces["[CLS]"], pieces["[SEP]"]


def _passages(sentences: Sequence[Span], clauses: Sequence[Span]) -> Iterator[tuple[Span, list[int]]]:
    """Yield what is read at once, a sentence or part of a long one, and the numbers of the clauses in it."""
    starts, own = [sentence.start for sentence in sentences], dict[int, list[int]]()
    for number in sorted(range(len(clauses)), key=lambda number: clauses[number]):
        own.setdefault(bisect_right(starts, clauses[number].start) - 1, []).append(number)
    for place, numbers in own.items():
        sentence, held = sentences[place], list[int]()
        if sentence.end - sentence.start <= _LONGEST:
            yield sentence, numbers
            continue
        for number in numbers:
            if held and clauses[number].end - clauses[held[0]].start > _LONGEST:
                yield _over(clauses, held), held
                held = []
            held.append(number)
        yield _over(clauses, held), held


def _over(clauses: Sequence[Span], numbers: Sequence[int]) -> Span:
    return Span(clauses[numbers[0]].start, max(clauses[number].end for number in numbers))


def _batches(passages: Sequence[_Passage]) -> Iterator[list[_Passage]]:
    """Yield passages that are read together: about as long, and no more than so many pieces, the padding among them."""
    batch = list[_Passage]()
    for passage in sorted(passages, key=lambda passage: len(passage.pieces)):
        if batch and (len(batch) + 1) * _rounded(len(passage.pieces), 8) > _PIECES_AT_ONCE:
            yield batch
            batch = []
        batch.append(passage)
    if batch:
        yield batch


def _rounded(count: int, step: int) -> int:
    return -(-count // step) * step


SHIPPED = {"en": ShippedEngine("findings", Likeness), "es": ShippedEngine("findings_es", Likeness)}
"""What reads the clauses of each language we ship one for."""


def likeness(language: str) -> Likeness | None:
    """Return what finds what clauses of ``language`` tell, made once; there is none for languages we ship none for."""
    primary = language.partition("-")[0].lower()
    return _made(primary) if primary in SHIPPED else None


@cache
def _made(language: str) -> Likeness:
    return SHIPPED[language]()
