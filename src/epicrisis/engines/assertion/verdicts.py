"""Which of the cues around a finding decides its status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from epicrisis.domain.assertions import Cue, CueKind, Status
from epicrisis.engines.assertion.examinations import normal_cue
from epicrisis.engines.assertion.findings import Finding
from epicrisis.engines.assertion.lexicon import Lexicon, Trait
from epicrisis.engines.assertion.reading import SentenceReading
from epicrisis.engines.assertion.scopes import ScopedCue

_STATUS_OF: Mapping[CueKind, Status] = {
    CueKind.NEGATION: Status.ABSENT,
    CueKind.UNCERTAINTY: Status.POSSIBLE,
    CueKind.HYPOTHESIS: Status.HYPOTHETICAL,
    CueKind.CONDITION: Status.CONDITIONAL,
}
# "The drug may worsen her rash": who says "her rash" takes the rash for granted, unless the cue stands right before it.
_TAKEN_FOR_GRANTED = 2
# A hedge this close to a procedure is about the procedure: "possible wide excision".
_HEDGED_PROCEDURE = 2
_HEDGED_OTHER = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status, the cue that decided it with the traits of its group, and the evidence it counts as."""

    status: Status
    cue: Cue | None
    evidence: str
    traits: frozenset[Trait] = frozenset()

    @classmethod
    def by(cls, cue: ScopedCue, status: Status) -> Verdict:
        """Return the verdict that ``cue`` leads to; its evidence is named ``group/STATUS``."""
        return cls(status, cue.cue, f"{cue.group.name}/{status}", cue.group.traits)


UNMARKED = Verdict(Status.PRESENT, None, f"none/{Status.PRESENT}")
NEGATIVE_BY_ITSELF = Verdict(Status.ABSENT, None, f"own-words/{Status.ABSENT}")


def decide(reading: SentenceReading, finding: Finding, acting: Sequence[ScopedCue], lexicon: Lexicon) -> Verdict:
    """Return the status of ``finding``, given the cues that act on it."""
    if finding.is_negative:
        return NEGATIVE_BY_ITSELF
    deciding = _deciding(reading, finding, acting, lexicon)
    is_intervention = finding.is_intervention and not finding.is_problem
    if deciding is not None and deciding.cue.kind is CueKind.UNCERTAINTY and is_intervention:
        is_hedged = _is_hedged(deciding, finding)
        if is_hedged and (finding.is_procedure or finding.is_drug):
            return Verdict.by(deciding, Status.HYPOTHETICAL)
        if not is_hedged and not finding.is_procedure:
            # "Consistent with pneumonia on CT": what is uncertain is what the test showed.
            deciding = None
    normal = normal_cue(reading, finding, deciding, lexicon)
    if normal is not None:
        return Verdict.by(normal, Status.NORMAL)
    return Verdict.by(deciding, _STATUS_OF[deciding.cue.kind]) if deciding is not None else UNMARKED


def _is_hedged(deciding: ScopedCue, finding: Finding) -> bool:
    near = _HEDGED_PROCEDURE if finding.is_procedure else _HEDGED_OTHER
    return Trait.HEDGES in deciding.group.traits and deciding.distance(finding.first, finding.last) <= near


def _deciding(
    reading: SentenceReading, finding: Finding, acting: Sequence[ScopedCue], lexicon: Lexicon
) -> ScopedCue | None:
    """Return the nearest cue that counts, or one that outranks it."""
    counting = [
        cue
        for cue in acting
        if cue.cue.kind in _STATUS_OF
        and _is_near_enough(cue, finding)
        and _is_its_own(reading, finding, cue, lexicon)
        and not _is_taken_for_granted(reading, finding, cue, lexicon)
    ]
    qualifying = [cue for cue in counting if Trait.QUALIFIES in cue.group.traits]
    counting = [cue for cue in counting if cue not in qualifying]
    if not counting:
        return None
    nearest = min(counting, key=lambda cue: cue.distance(finding.first, finding.last))
    if qualifying and nearest.cue.kind is CueKind.NEGATION:
        return qualifying[0]
    negations = [cue for cue in acting if cue.cue.kind is CueKind.NEGATION]
    if negations:
        # "No chest pain when walking" is ABSENT, whatever the circumstance; "no findings suggestive of infection" too.
        negation = negations[-1]
        is_reported = Trait.REPORTS in nearest.group.traits and Trait.ENUMERATES in negation.group.traits
        if nearest.cue.kind is CueKind.CONDITION or (is_reported and negation.last <= nearest.first):
            nearest = negation
    if nearest.cue.kind is CueKind.UNCERTAINTY and Trait.REPORTS not in nearest.group.traits:
        governing = [cue for cue in acting if Trait.GOVERNS in cue.group.traits]
        nearest = governing[-1] if governing else nearest
    return nearest


def _is_near_enough(cue: ScopedCue, finding: Finding) -> bool:
    reach = cue.group.problem_reach
    return reach is None or not finding.is_problem or cue.distance(finding.first, finding.last) <= reach


def _is_its_own(reading: SentenceReading, finding: Finding, cue: ScopedCue, lexicon: Lexicon) -> bool:
    """Return whether directions for a drug are for this one: "Percocet, #30, one p.o. p.r.n.", not the drug before."""
    if Trait.INDICATES in cue.group.traits:
        return finding.is_problem or not (finding.is_intervention or cue.distance(finding.first, finding.last) > 1)
    if Trait.DIRECTS not in cue.group.traits:
        return True
    between = reading.forms(finding.last, cue.first)
    is_direction = lexicon.hints["directions"]
    return "," not in between or all(
        form in is_direction or form[0].isdigit() or not form[0].isalnum() for form in between
    )


def _is_taken_for_granted(reading: SentenceReading, finding: Finding, cue: ScopedCue, lexicon: Lexicon) -> bool:
    if cue.last > finding.first or finding.is_intervention:
        return False
    definites = lexicon.hints["definites"]
    if Trait.GOVERNS not in cue.group.traits:
        # "Si reaparece el dolor": an article takes nothing for granted in what has not happened.
        definites |= lexicon.hints["articles"]
    if reading.form(finding.first - 1) not in definites:
        return False
    distance = cue.distance(finding.first, finding.last)
    return distance >= _TAKEN_FOR_GRANTED or Trait.LINKS in cue.group.traits
