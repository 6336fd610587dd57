"""Ranks what may explain a case, and says why, what speaks against it, what is missing and what to ask next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np

from epicrisis.domain.differentials import (
    Alarm,
    Case,
    Differential,
    FindingKind,
    Hypothesis,
    Observed,
    Question,
    Weighed,
    WhatIf,
)
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.differential.alarming import Seen, alarms
from epicrisis.engines.differential.asking import gains
from epicrisis.engines.differential.calibration import calibration_of
from epicrisis.engines.differential.knowledge.base import Floats, KnowledgeBase
from epicrisis.engines.differential.knowledge.entries import Condition, Finding
from epicrisis.engines.differential.knowledge.reading import LANGUAGES, knowledge_base, tables
from epicrisis.engines.differential.ranking import Ranker, apart, shares
from epicrisis.engines.differential.said import Head, Heads, Wording, heads, log_shares, wording_of
from epicrisis.engines.differential.telling import (
    ELSEWHERE,
    EXPECTED,
    MOST_HYPOTHESES,
    MOST_MISSING,
    MOST_QUESTIONS,
    NAMES,
    NOTHING_THERE,
    SEVERITY,
    WORDING,
    hypothesis,
    most_telling,
    observed_once,
    of_whom,
    said_both_ways,
)
from epicrisis.engines.differential.weighing import weights
from epicrisis.engines.differential.whose import misfits
from epicrisis.engines.shipped import TableEngine
from epicrisis.errors import InvalidInput, UnknownLanguage

CARD = EngineCard(
    name="knowledge",
    version="1",
    summary=(
        "Ranks the conditions of a knowledge base by additive log-odds: naive Bayes along the hierarchy of findings, "
        "damped, with exact contributions of each finding."
    ),
    languages=LANGUAGES,
    trained_on=("two independent readings of each condition, written for this package from general medical knowledge",),
    licence="Apache-2.0",
    # Its figures stand in docs/cards/differential.md alone.
    limits=(
        "Its vignettes are our own, written by a language model as its tables were, and were in sight when it was "
        "calibrated: others will be harder.",
        "How much a severe picture counts, and how sure a stated illness is, were chosen for one published sample.",
        "Knows the conditions of its tables and no others; what is rare, or not of primary and emergency care, is not "
        "among them.",
        "How often a finding is found in a condition was written by a language model from general medical knowledge, "
        "twice and independently, and not counted in patients.",
        "Findings are taken to be independent of each other given the condition, but for those that lie beneath one "
        "another.",
        "It has never been tried on patients: it supports a clinician, and is no diagnosis.",
    ),
)

CALIBRATION = "calibration.toml"
MOST_ALARMS = 8
# Of what a note says, so many clauses are told as what speaks for a condition.
_MOST_QUOTED = 2


class KnowledgeEngine:
    """Ranks conditions of a knowledge base by what was found."""

    def __init__(self, card: EngineCard, ranker: Ranker, *, hears: Callable[[], Heads] = heads) -> None:
        """Rank by ``ranker``; what ``hears`` returns, asked for with the first note, hears the words of notes."""
        self.card = card
        self._ranker = ranker
        self._hears = hears
        self._base: KnowledgeBase = ranker.base

    def differential(self, case: Case, *, language: str = "en", most: int = MOST_HYPOTHESES) -> Differential:
        """Return the ``most`` likely conditions that may explain ``case``, the likeliest first, named in ``language``.

        Raises:
            InvalidInput: it names a finding or condition that is not in the knowledge base.
            UnknownLanguage: the engine does not tell names in that language.
        """
        if language not in self.card.languages:
            raise UnknownLanguage(
                f"The differential engine does not read {language!r}; it reads {self.card.languages}."
            )
        self._require(case)
        head = self._hears().of(language) if case.said else None
        read = _Reading(self._ranker, case, language, head)
        return Differential(
            case=case,
            hypotheses=tuple(read.hypotheses(most)),
            none_of_these=read.none,
            questions=tuple(read.questions(MOST_QUESTIONS)),
            alarms=tuple(read.alarms(MOST_ALARMS)),
            engine=self.card.name,
            version=self.card.version,
            warnings=tuple(read.warnings()),
        )

    def _require(self, case: Case) -> None:
        # What was sent in the place of an id may be words about the patient: its number is told, and not what it is.
        for number, each in enumerate(case.observed, 1):
            if each.finding not in self._base.findings:
                raise InvalidInput(
                    f"Finding {number} is none of the knowledge base; tell it in words instead, as a symptom."
                )
        if not self._base.conditions.keys() >= set(case.known):
            raise InvalidInput("A known condition is none of the knowledge base; tell it in words instead.")


@dataclass(frozen=True)
class _Reading:
    """One case, scored once."""

    ranker: Ranker
    case: Case
    language: str
    head: Head | None

    @property
    def base(self) -> KnowledgeBase:
        return self.ranker.base

    @cached_property
    def columns(self) -> tuple[list[int], list[int]]:
        return self.ranker.columns(self.case)

    @cached_property
    def prior(self) -> Floats:
        return self.ranker.prior(self.case)

    @cached_property
    def settled(self) -> set[int]:
        return self.ranker.settled(*self.columns)

    @cached_property
    def bare(self) -> Floats:
        """Return the scores, also of conditions that cannot be: somebody may be said to have one."""
        return self.understood + self.worded

    @cached_property
    def understood(self) -> Floats:
        """Return the scores by what was understood alone."""
        return self.prior + self.ranker.added(*self.columns)

    @cached_property
    def wording(self) -> Wording | None:
        return None if self.head is None else wording_of(self.case, self.head)

    @cached_property
    def worded(self) -> Floats:
        """Return what the words of the note add: how much likelier each condition is for them, of those that can be."""
        worded = np.zeros(len(self.base.conditions))
        if self.wording is not None:
            rows = [self.base.row[each] for each in self.wording.head.conditions]
            can_be = self.ranker.possible(self.case)[rows]
            told = log_shares(self.wording.scores, can_be) - log_shares(self.wording.before, can_be)
            worded[rows] = self.ranker.calibration.wording_weight * np.where(can_be, told, 0.0)
        return worded

    @cached_property
    def scores(self) -> Floats:
        return np.where(self.ranker.possible(self.case), self.bare, -np.inf)

    @cached_property
    def shares(self) -> tuple[Floats, float]:
        return shares(self.scores)

    @property
    def odds(self) -> Floats:
        return self.shares[0]

    @property
    def none(self) -> float:
        return self.shares[1]

    @cached_property
    def confidence(self) -> Floats:
        return np.array(self._confident(self.scores[None, :])[0])

    @cached_property
    def weights(self) -> Mapping[int, Floats]:
        """Return what each observed finding adds to the score of each condition, by its column."""
        damped = self.ranker.calibration.finding_weight
        found = weights(self.ranker.terms(*self.columns), len(self.base.conditions))
        return {column: damped * values for column, values in found.items()}

    def hypotheses(self, most: int) -> Iterator[Hypothesis]:
        order = np.argsort(-self.confidence, kind="stable").tolist()
        known = {self.base.row[each] for each in self.case.known}
        can_be = self.ranker.possible(self.case)
        rows = list(islice((row for row in order if can_be[row] or row in known), most))
        missing = self._missing(rows)
        for row in rows:
            yield self._hypothesis(row, missing[row], is_known=row in known)

    def questions(self, most: int) -> Iterator[Question]:
        told, parent = gains(self.ranker, self.odds, self.none, *self.columns), self.base.parent
        for column in most_telling(told, most, kin=lambda one, other: parent[one] == other or parent[other] == one):
            finding = self._findings[column]
            yield Question(finding.id, finding.names[self.language], finding.kind, float(told[column]))

    def alarms(self, most: int) -> Iterator[Alarm]:
        # How something is worded makes no danger less of one.
        scores = np.where(self.ranker.possible(self.case), self.understood, -np.inf)
        yield from alarms(
            Seen(
                self.base,
                self.case,
                odds=shares(scores)[0],
                confidence=self.ranker.calibration.confidence(apart(scores[None, :], self.base.together)[0]),
                raised=self.understood - self.prior,
                weights=self.weights,
            ),
            self.language,
            most,
        )

    def warnings(self) -> Iterator[str]:
        implied = self.ranker.settled(self.columns[0], ())
        yield from said_both_ways(self.case, [self._findings[each].id for each in implied])
        can_be = self.ranker.possible(self.case)
        impossible = {row: each for row, each in enumerate(self._conditions) if not can_be[row]}
        yield from misfits(self.case, self.base, impossible, self.language)
        if not self.columns[0]:
            yield NOTHING_THERE
        elif self.none > 0.5:
            yield ELSEWHERE

    def _hypothesis(self, row: int, missing: Sequence[WhatIf], *, is_known: bool) -> Hypothesis:
        return hypothesis(
            self._condition(row),
            self.language,
            self._weighed(row),
            confidence=float(self.confidence[row]),
            score=float(self.bare[row]),
            present={each.finding for each in self.case.observed if each.present},
            missing=missing,
            is_known=is_known,
        )

    def _weighed(self, row: int) -> Iterator[Weighed]:
        told = {self.base.column[finding]: each for finding, each in observed_once(self.case).items()}
        for column, values in self.weights.items():
            observed = told[column]
            yield Weighed(observed, self.base.findings[observed.finding].names[self.language], float(values[row]))
        weight = self.ranker.calibration.prior_weight
        age, sex = weight * self.ranker.of_age(self.case), weight * self.ranker.of_sex(self.case)
        yield from of_whom(self.case, self.language, age=float(age[row]), sex=float(sex[row]))
        if self.wording is not None:
            yield Weighed(
                Observed(WORDING, told=self._quoted(row)), NAMES[self.language][WORDING], float(self.worded[row])
            )
        if self.case.severity is not None:
            value = float(self.ranker.of_severity(self.case)[row])
            yield Weighed(Observed(SEVERITY, told=self.case.severity.lower()), NAMES[self.language][SEVERITY], value)

    def _quoted(self, row: int) -> str:
        """Return the clauses of the note that move a condition most the way their whole does."""
        name = self._condition(row).id
        if self.wording is None or name not in self.wording.head.conditions:
            return ""
        lost = self.wording.lost([list(self.wording.head.conditions).index(name)])[:, 0]
        moved = lost if self.worded[row] > 0 else -lost
        places = sorted(
            place for place in np.argsort(-moved, kind="stable")[:_MOST_QUOTED].tolist() if moved[place] > 0
        )
        return "; ".join(dict.fromkeys(self.case.said[place].words for place in places))

    def _missing(self, rows: Sequence[int]) -> Mapping[int, Sequence[WhatIf]]:
        """Return, by condition, what its patients have and nobody spoke of, what would speak most for it first."""
        wanted = {row: self._unasked(row) for row in rows}
        columns = list(dict.fromkeys(column for each in wanted.values() for column in each))
        if not columns:
            return dict.fromkeys(rows, ())
        told = [self.ranker.added_by(column, *self.columns) for column in columns]
        there = self._confident(self.scores + np.array([each for each, _ in told]), rows)
        not_there = self._confident(self.scores + np.array([each for _, each in told]), rows)
        place = {column: number for number, column in enumerate(columns)}
        own = {row: number for number, row in enumerate(rows)}
        return {
            row: [
                WhatIf(
                    (finding := self._findings[column]).id,
                    finding.names[self.language],
                    finding.kind,
                    if_present=float(there[place[column], own[row]]),
                    if_absent=float(not_there[place[column], own[row]]),
                )
                for column in each
            ]
            for row, each in wanted.items()
        }

    def _confident(self, scores: Floats, rows: Sequence[int] | slice = slice(None)) -> Floats:
        """Return the confidence in each condition, or in those of ``rows`` alone, for each row of scores."""
        known = np.zeros(len(self._conditions), dtype=bool)
        known[[self.base.row[each] for each in self.case.known]] = True
        likely = apart(scores, self.base.together, rows)
        told = self.ranker.calibration.confidence(likely, in_note=self.wording is not None)
        return np.where(known[rows], np.maximum(told, self.ranker.calibration.known), told)

    def _unasked(self, row: int) -> list[int]:
        condition, looked_for = self._condition(row), self.settled
        expected = np.flatnonzero(self.base.named[row] & (self.base.likelihood[row] >= EXPECTED))
        asked = [self.base.column[each] for each in condition.questions]
        columns = [
            each
            for each in dict.fromkeys([*asked, *expected.tolist()])
            if each not in looked_for and self._findings[each].kind is not FindingKind.HISTORY
        ]
        columns.sort(key=lambda each: -float(self.base.likelihood[row, each] / self.base.background[each]))
        return columns[:MOST_MISSING]

    @cached_property
    def _findings(self) -> Sequence[Finding]:
        return list(self.base.findings.values())

    @cached_property
    def _conditions(self) -> Sequence[Condition]:
        return list(self.base.conditions.values())

    def _condition(self, row: int) -> Condition:
        return self._conditions[row]


def _of_tables() -> KnowledgeEngine:
    content = (tables() / CALIBRATION).read_text(encoding="utf-8")
    return KnowledgeEngine(CARD, Ranker(knowledge_base(), calibration_of(CALIBRATION, content)))


build = TableEngine(CARD, _of_tables)
"""The engine over the tables and the calibration we ship."""
