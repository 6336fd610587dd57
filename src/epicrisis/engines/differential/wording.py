"""Ranks conditions by the words of a case alone, as the network of ``said`` hears them; beside it stand the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.differentials import Case, Differential, FindingKind, Hypothesis, Observed, Weighed
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.case_contracts import DifferentialEngine
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.differential.calibration import Calibration
from epicrisis.engines.differential.engine import build as knowledge
from epicrisis.engines.differential.knowledge.base import Floats, KnowledgeBase
from epicrisis.engines.differential.knowledge.entries import Condition
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.likeness import Likeness, likeness
from epicrisis.engines.differential.ranking import Ranker, shares
from epicrisis.engines.differential.said import FOLDER, Head, Heads, Wording, person_of
from epicrisis.engines.differential.telling import MOST_HYPOTHESES, WORDING, hypothesis
from epicrisis.engines.shipped import ShippedEngine
from epicrisis.errors import UnknownLanguage

# What is told as a number is read by the name of what it shows.
_NUMBERED = frozenset({FindingKind.LAB, FindingKind.VITAL, FindingKind.STUDY})


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of a patient in ``words``, and the finding it was understood as, or ``WORDING`` for none."""

    words: str
    observed: Observed
    name: str


class WordingEngine:
    """Ranks the conditions of the knowledge base by what was said, in the words in which it was said.

    Alarms, questions and warnings are those of ``beside``.
    """

    def __init__(
        self,
        heads: Heads,
        base: KnowledgeBase,
        *,
        reads: Callable[[str], Likeness | None],
        beside: Callable[[], DifferentialEngine],
    ) -> None:
        self.card: EngineCard = heads.card
        self._heads = heads
        self._base = base
        self._ranker = Ranker(base, Calibration())
        self._reads = reads
        self._beside = beside

    def differential(self, case: Case, *, language: str = "en", most: int = MOST_HYPOTHESES) -> Differential:
        """Return the ``most`` likely conditions that may explain ``case``, the likeliest first, named in ``language``.

        Raises:
            InvalidInput: it names a finding or condition that is not in the knowledge base.
            UnknownLanguage: the engine does not read that language.
        """
        head, reader = self._heads.of(language), self._reads(language)
        if head is None or reader is None:
            raise UnknownLanguage(
                f"The engine {self.card.name!r} does not read {language!r}; it reads {self.card.languages}."
            )
        beside = self._beside().differential(case, language=language, most=1)
        can_be = self._ranker.possible(case)[[self._base.row[each] for each in head.conditions]]
        read = _Reading(head, reader, self._base, case, language, can_be)
        return replace(
            beside,
            hypotheses=tuple(read.hypotheses(most)),
            none_of_these=read.none,
            engine=self.card.name,
            version=self.card.version,
        )


@dataclass(frozen=True)
class _Reading:
    """One case, read once."""

    head: Head
    reader: Likeness
    base: KnowledgeBase
    case: Case
    language: str
    possible: NDArray[np.bool_]

    @cached_property
    def statements(self) -> Sequence[Statement]:
        return list(statements_of(self.case, self.base, self.language))

    @cached_property
    def wording(self) -> Wording:
        heard = self.reader.vectors([each.words for each in self.statements])
        heard[:, -1] = [_side(each, said) for each, said in zip(self.statements, heard[:, -1], strict=True)]
        return Wording(self.head, heard, person_of(self.case))

    @cached_property
    def shares(self) -> tuple[Floats, float]:
        return shares(np.where(self.possible, self.wording.scores, -np.inf))

    @property
    def none(self) -> float:
        return self.shares[1]

    @cached_property
    def conditions(self) -> Sequence[Condition]:
        return [self.base.conditions[each] for each in self.head.conditions]

    def hypotheses(self, most: int) -> Iterator[Hypothesis]:
        known = [column for column, each in enumerate(self.head.conditions) if each in self.case.known]
        confidence = self.shares[0].copy()
        confidence[known] = np.maximum(confidence[known], Calibration().known)
        order = np.argsort(-confidence, kind="stable").tolist()
        columns = [column for column in order if self.possible[column] or column in known][:most]
        lost, there = self.wording.lost(columns), {each.finding for each in self.case.observed if each.present}
        for place, column in enumerate(columns):
            yield hypothesis(
                self.conditions[column],
                self.language,
                (
                    Weighed(each.observed, each.name, weight)
                    for each, weight in zip(self.statements, lost[:, place].tolist(), strict=True)
                ),
                confidence=float(confidence[column]),
                score=float(self.wording.scores[column]),
                present=there,
                is_known=column in known,
            )


def statements_of(case: Case, base: KnowledgeBase, language: str) -> Iterator[Statement]:
    """Yield what is said of ``case``: what was understood, in its own words or by its name, and what was not."""
    for each in dict.fromkeys(case.observed):
        finding = base.findings[each.finding]
        name = finding.names[language]
        yield Statement(each.told if each.told and finding.kind not in _NUMBERED else name, each, name)
    for words in dict.fromkeys(case.unmatched):
        yield Statement(words, Observed(WORDING, told=words), words)


def _side(statement: Statement, said: float) -> float:
    """Return 1 for what is there and -1 for what is not: as it was understood, else as the encoder reads the words."""
    if statement.observed.finding == WORDING:
        return float(np.tanh(said))
    return 1.0 if statement.observed.present else -1.0


def _load(artifact: Artifact) -> WordingEngine:
    return WordingEngine(Heads(artifact), knowledge_base(), reads=likeness, beside=cache(knowledge))


build = ShippedEngine(FOLDER, _load)
"""The engine over the heads, the encoders of clauses and the tables that ship."""
