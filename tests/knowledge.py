"""A knowledge base small enough to work out by hand: pain in three levels, and four conditions to tell apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from epicrisis.domain.differentials import Case, Differential, FindingKind, Hypothesis, Observed, Urgency
from epicrisis.engines.differential.calibration import Calibration
from epicrisis.engines.differential.engine import CARD, KnowledgeEngine
from epicrisis.engines.differential.knowledge.base import KnowledgeBase
from epicrisis.engines.differential.knowledge.entries import Chance, Condition, Finding, Measure, Shows, Specialty
from epicrisis.engines.differential.ranking import Ranker

EVER = (1.0,) * 8


def finding(
    id: str,  # noqa: A002
    chance: float,
    *parents: str,
    kind: FindingKind = FindingKind.SYMPTOM,
    es: str = "",
) -> Finding:
    """Return a finding called as its id is."""
    name = id.replace("-", " ")
    return Finding(id, kind, {"en": name, "es": es or f"{name} (es)"}, parents, "", chance)


def condition(id: str, **changed: Any) -> Condition:  # noqa: A002
    """Return a condition anybody may have, but for what is ``changed``."""
    name = id.replace("-", " ").capitalize()
    usual = Condition(
        id=id,
        specialty=Specialty.CARDIOLOGY,
        names={"en": name, "es": f"{name} (es)"},
        synonyms={"en": (), "es": ()},
        icd10cm="R07.9",
        incidence=100.0,
        ages=EVER,
        female=0.5,
        urgency=Urgency.SOON,
        severity=3,
        tests={"en": ("ECG",), "es": ("ECG",)},
        red_flags=(),
        questions=(),
        rivals=(),
    )
    return replace(usual, **changed)


def chances(condition: str, **told: float) -> Iterable[Chance]:
    """Yield how often each finding, with ``_`` for ``-``, is found in ``condition``."""
    for name, chance in told.items():
        yield Chance(condition, name.replace("_", "-"), chance, ("a", "b"))


FINDINGS = (
    finding("pain", 0.2),
    finding("chest-pain", 0.05, "pain", es="dolor torácico"),
    finding("chest-pain-pleuritic", 0.01, "chest-pain"),
    finding("leg-pain", 0.06, "pain"),
    finding("fever", 0.08, es="fiebre"),
    finding("cough", 0.1, es="tos"),
    finding("troponin-high", 0.03, kind=FindingKind.LAB),
    finding("smoking", 0.2, kind=FindingKind.HISTORY),
)
CONDITIONS = (
    condition(
        "infarct",
        incidence=200.0,
        ages=(0.0, 0.0, 0.0, 0.1, 1.0, 4.0, 7.0, 10.0),
        female=0.36,
        urgency=Urgency.EMERGENCY,
        severity=5,
        red_flags=("chest-pain",),
        questions=("troponin-high", "smoking"),
        synonyms={"en": ("heart attack",), "es": ("ataque al corazón",)},
    ),
    condition("pleurisy", incidence=50.0, red_flags=("fever",)),
    condition("cold", incidence=3000.0, urgency=Urgency.ROUTINE, severity=1, red_flags=("cough",)),
    condition("torsion", incidence=30.0, female=1.0, urgency=Urgency.URGENT, severity=4),
)
CHANCES = (
    *chances(
        "infarct", pain=0.9, chest_pain=0.85, chest_pain_pleuritic=0.05, fever=0.03, troponin_high=0.9, smoking=0.6
    ),
    *chances("pleurisy", chest_pain=0.9, chest_pain_pleuritic=0.85, fever=0.5, cough=0.4),
    *chances("cold", chest_pain=0.06, fever=0.4, cough=0.8),
    *chances("torsion", pain=0.95, fever=0.1),
)
MEASURES = (Measure("troponin-high", "6598-7", Shows.HIGH, "ng/mL", 0.04),)


def base(**changed: Any) -> KnowledgeBase:
    """Return the knowledge base, but for the tables that are ``changed``."""
    tables = {"findings": FINDINGS, "conditions": CONDITIONS, "chances": CHANCES, "measures": MEASURES}
    return KnowledgeBase(**{**tables, **changed})


def ranker(**calibration: float) -> Ranker:
    """Return what ranks by the whole weight of the tables, but for what is said of its ``calibration``."""
    return Ranker(base(), Calibration(**calibration))


def engine(**calibration: float) -> KnowledgeEngine:
    """Return the engine over ``ranker``."""
    return KnowledgeEngine(CARD, ranker(**calibration))


def found(*findings: str, **told: Any) -> Case:
    """Return a case with ``findings``; ``-fever`` says that fever is not there."""
    observed = tuple(Observed(each.removeprefix("-"), not each.startswith("-"), each) for each in findings)
    return Case(observed=observed, **told)


def ranked(*findings: str, by: KnowledgeEngine | None = None, **told: Any) -> Differential:
    """Return what explains a case of ``findings``, by the whole weight of the tables unless another engine ranks."""
    return (by or engine()).differential(found(*findings, **told))


def hypothesis(of: Differential, condition: str) -> Hypothesis:
    """Return what is said of one condition."""
    [one] = [each for each in of.hypotheses if each.condition == condition]
    return one
