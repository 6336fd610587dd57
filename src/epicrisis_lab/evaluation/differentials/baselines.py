"""What a differential is held against: who falls ill of what, and findings that are counted and not weighed."""

from __future__ import annotations

import numpy as np

from epicrisis.domain.differentials import Case, Differential, Hypothesis
from epicrisis.domain.records import Code, CodeSystem
from epicrisis.engines import registry
from epicrisis.engines.case_contracts import DifferentialEngine
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.differential.calibration import Calibration
from epicrisis.engines.differential.knowledge.base import Floats, KnowledgeBase
from epicrisis.engines.differential.knowledge.reading import LANGUAGES, knowledge_base
from epicrisis.engines.differential.ranking import Ranker, shares
from epicrisis_lab.errors import MissingCapability
from epicrisis_lab.evaluation.engines import built

KNOWLEDGE = "knowledge"
PRIOR, LEXICAL, NAMES = "prior", "lexical", "names"


class Prior:
    """Ranks by how often people of that age and sex fall ill of each condition, whatever was found."""

    card = EngineCard(name=PRIOR, version="1", summary="Ranks by age, sex and incidence alone.", languages=LANGUAGES)

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._ranker = Ranker(base, Calibration())

    def differential(self, case: Case, *, language: str = "en", most: int = 10) -> Differential:
        """Return the ``most`` frequent conditions of such people."""
        prior = np.where(self._ranker.possible(case), self._ranker.prior(case), -np.inf)
        return _ranked(self._base, self.card, case, language, most, order=prior, confidence=shares(prior)[0])


class Lexical:
    """Counts the findings that are commoner in a condition than in anybody, less those of them that are not there.

    Equal counts are ordered by how often people of that age and sex fall ill of each.
    """

    card = EngineCard(
        name=LEXICAL, version="1", summary="Counts findings and weighs none of them.", languages=LANGUAGES
    )

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._ranker = Ranker(base, Calibration())
        self._speaks = (base.named & (base.likelihood > base.background)).astype(np.float64)

    def differential(self, case: Case, *, language: str = "en", most: int = 10) -> Differential:
        """Return the ``most`` conditions that share most with ``case``, each as sure as the share they have."""
        present, absent = self._ranker.columns(case)
        counted: Floats = self._speaks[:, present].sum(axis=1) - self._speaks[:, absent].sum(axis=1)
        prior = np.where(self._ranker.possible(case), self._ranker.prior(case), -np.inf)
        order = np.where(np.isfinite(prior), counted + shares(prior)[0] / 2, -np.inf)
        confidence = np.clip(counted / max(1, len(present) + len(absent)), 0.0, 1.0)
        return _ranked(self._base, self.card, case, language, most, order=order, confidence=confidence)


def differential_engine(name: str) -> DifferentialEngine:
    """Return the engine called ``name``: a baseline, an installed one, or ``module:function``.

    Raises:
        UnknownEngine: nothing of that name is installed.
        MissingCapability: it ranks no conditions.
    """
    if name == PRIOR:
        return Prior(knowledge_base())
    if name == LEXICAL:
        return Lexical(knowledge_base())
    if name == NAMES:
        # The same tables; it is its notes that are read by what findings are called alone.
        return registry.differential_engine(KNOWLEDGE)
    if ":" not in name:
        return registry.differential_engine(name)
    engine = built(name)
    if not isinstance(engine, DifferentialEngine):
        raise MissingCapability(f"{name} builds no differential engine; it needs a card and differential().")
    return engine


def _ranked(
    base: KnowledgeBase,
    card: EngineCard,
    case: Case,
    language: str,
    most: int,
    *,
    order: Floats,
    confidence: Floats,
) -> Differential:
    conditions = list(base.conditions.values())
    rows = [row for row in np.argsort(-order, kind="stable").tolist() if np.isfinite(order[row])][:most]
    return Differential(
        case=case,
        hypotheses=tuple(
            Hypothesis(
                condition=conditions[row].id,
                name=conditions[row].names[language],
                code=Code(CodeSystem.ICD_10_CM, conditions[row].icd10cm, conditions[row].names["en"]),
                confidence=float(confidence[row]),
                score=float(order[row]),
                prior=float(order[row]),
                urgency=conditions[row].urgency,
            )
            for row in rows
        ),
        none_of_these=max(0.0, 1.0 - float(confidence.sum())),
        questions=(),
        alarms=(),
        engine=card.name,
        version=card.version,
    )
