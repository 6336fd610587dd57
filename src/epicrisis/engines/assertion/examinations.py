"""Whether what was examined is as it should be: "Lungs are clear", "Neck: no masses", "CT showed no bleed"."""

from __future__ import annotations

from epicrisis.domain.assertions import CueKind
from epicrisis.engines.assertion.findings import Finding
from epicrisis.engines.assertion.lexicon import Lexicon, Trait
from epicrisis.engines.assertion.reading import SentenceReading
from epicrisis.engines.assertion.scopes import ScopedCue

# How many words may stand between an organ and its result, if it is one we know, and if not.
_GAP = 25
_GAP_UNKNOWN = 4
# An exception is looked for among this many words after the result.
_REST = 60


def normal_cue(
    reading: SentenceReading, finding: Finding, deciding: ScopedCue | None, lexicon: Lexicon
) -> ScopedCue | None:
    """Return the cue that says that ``finding`` was examined and is normal, if one does.

    ``deciding`` is the cue that would decide its status otherwise.
    """
    if deciding is not None and deciding.cue.kind in (CueKind.HYPOTHESIS, CueKind.UNCERTAINTY):
        return None
    before = _normality_before(reading, finding)
    if before is not None and before.last == finding.first and _can_be_normal(before, finding):
        return before  # "normal colonoscopy", "good capillary refill"
    is_heading = reading.form(finding.last) == ":"
    if not (
        finding.may_be_test or (is_heading and not (finding.is_procedure or finding.is_drug or finding.is_abnormal))
    ):
        return None
    if not is_heading and _has_value(reading, finding, lexicon):
        return None
    if before is not None and finding.is_test and _is_list(reading, before.last, finding.first, lexicon):
        return before  # "normal S1 and S2"
    if deciding is not None and finding.is_test and _found_by(reading, finding, deciding, lexicon):
        return deciding  # "no bleeding on CT"
    return _result_after(reading, finding, lexicon, is_heading=is_heading)


def _normality_before(reading: SentenceReading, finding: Finding) -> ScopedCue | None:
    acting = reading.acting_on(finding.first)
    found = [cue for cue in acting if cue.cue.kind is CueKind.NORMALITY and cue.last <= finding.first]
    return found[-1] if found else None


def _can_be_normal(cue: ScopedCue, finding: Finding) -> bool:
    return not finding.is_problem and (Trait.PLAIN in cue.group.traits or finding.may_be_test)


def _has_value(reading: SentenceReading, finding: Finding, lexicon: Lexicon) -> bool:
    # "Ejection fraction of 55%": a test with a value is PRESENT, whatever else the sentence says.
    after = reading.form(finding.last)
    return after.isdigit() or (after in lexicon.hints["equals"] and reading.form(finding.last + 1).isdigit())


def _is_list(reading: SentenceReading, first: int, last: int, lexicon: Lexicon) -> bool:
    """Return whether the words ``[first, last)`` can go on with what "normal" is said of."""
    breaking = lexicon.hints["breaks"] | lexicon.hints["shows"] | lexicon.hints["list-ends"]
    return not any(form in breaking or form[0].isdigit() for form in reading.forms(first, last))


def _found_by(reading: SentenceReading, finding: Finding, deciding: ScopedCue, lexicon: Lexicon) -> bool:
    """Return whether ``finding`` is what showed that something is not there."""
    if deciding.cue.kind is not CueKind.NEGATION or deciding.last > finding.first - 2:
        return False
    return not lexicon.hints["openers"].isdisjoint(reading.forms(deciding.last, finding.first))


def _result_after(
    reading: SentenceReading, finding: Finding, lexicon: Lexicon, *, is_heading: bool
) -> ScopedCue | None:
    hints = lexicon.hints
    is_neutral = True
    for index in range(finding.last, min(finding.last + _GAP, len(reading.words))):
        if index in reading.results:
            cue = reading.results[index]
            if not is_heading and _denies_a_verb(reading, cue, lexicon):
                return None
            is_said = _is_said_of_it(reading, cue, finding, lexicon)
            # A word we do not know is taken for a test where it is called normal at once, and never for a negation.
            is_called_normal = cue.cue.kind is CueKind.NORMALITY and index <= finding.last + _GAP_UNKNOWN
            is_test = finding.is_test or (finding.may_be_test and is_called_normal)
            accepted = (is_neutral or is_said) and (is_test or (is_heading and _answers_heading(cue, finding)))
            is_direct = is_neutral and is_said and cue.cue.kind is CueKind.NORMALITY
            qualified = _has_exception(reading, cue, is_direct=is_direct, is_heading=is_heading, lexicon=lexicon)
            return cue if accepted and not qualified else None
        form = reading.form(index)
        if form in hints["shows"]:
            if reading.results.keys().isdisjoint((index + 1, index + 2)):
                return None  # "CT showed ileus without obstruction"
        elif not _is_neutral(reading, index, lexicon):
            is_neutral = False
            if form in hints["breaks"] or form in hints["abnormal"] or form[0].isdigit() or form in ".;:":
                return None
    return None


def _is_said_of_it(reading: SentenceReading, cue: ScopedCue, finding: Finding, lexicon: Lexicon) -> bool:
    """Return whether a verb ties the result to what was examined: "is clear", "shows no mass"."""
    copulas, shows = lexicon.hints["copulas"], lexicon.hints["shows"]
    if cue.cue.kind is CueKind.NORMALITY:
        return not copulas.isdisjoint(reading.forms(max(finding.last, cue.first - 3), cue.first))
    # "Shows no mass", and "no muestra masas", where the verb stands inside the cue.
    verbs = {reading.form(cue.first - 1) if cue.first > finding.last else "", *reading.forms(cue.first, cue.last)}
    return not verbs.isdisjoint(copulas | shows)


def _denies_a_verb(reading: SentenceReading, cue: ScopedCue, lexicon: Lexicon) -> bool:
    """Return whether a bare denial stands before anything but a problem: "ECO no valorable", not "ECO no masas"."""
    is_bare = all(form in lexicon.hints["denials"] for form in reading.forms(cue.first, cue.last))
    return is_bare and reading.form(cue.last) not in lexicon.hints["problems"]


def _answers_heading(cue: ScopedCue, finding: Finding) -> bool:
    """Return whether the cue opens what stands under a heading that we do not know: "Bone: no deformity"."""
    reaches_on = cue.high > cue.last and Trait.ENUMERATES in cue.group.traits
    return cue.first == finding.last + 1 and (cue.cue.kind is CueKind.NORMALITY or reaches_on)


def _is_neutral(reading: SentenceReading, index: int, lexicon: Lexicon) -> bool:
    form = reading.form(index)
    if form in lexicon.hints["neutral"] or form in lexicon.hints["tests"]:
        return True
    if form.isdigit():
        return "/" in (reading.form(index - 1), reading.form(index + 1)) or reading.form(index + 1) == "-"
    return not form[0].isalnum() and form not in ".;"


def _has_exception(
    reading: SentenceReading, cue: ScopedCue, *, is_direct: bool, is_heading: bool, lexicon: Lexicon
) -> bool:
    rest = range(cue.last, min(cue.last + _REST, len(reading.words)))
    if not is_direct:
        for index in rest:
            if reading.form(index) == ";":
                break
            if reading.form(index) in lexicon.hints["exceptions"]:
                return True
    abnormal = lexicon.hints["abnormal"]
    return is_heading and any(reading.form(index) in abnormal and index not in reading.negated for index in rest)
