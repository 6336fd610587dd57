"""A patient's record as a presentation: what they have, what was measured lately, and the newest note."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from epicrisis.domain.documents import Document
from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Concept, Condition, PatientRecord
from epicrisis.domain.records import CodeSystem
from epicrisis.domain.summaries import Baseline, Latest
from epicrisis.engines.differential.answering import told_by
from epicrisis.engines.differential.coded import is_code
from epicrisis.engines.differential.measuring import Result
from epicrisis.engines.patients.baseline import baseline
from epicrisis.engines.patients.ranges import years_at
from epicrisis.engines.patients.times import ALWAYS, limit
from epicrisis.engines.patients.units import unit_of
from epicrisis.services.diagnose import Presentation
from epicrisis.text.language import detect_language

# What was measured or written longer ago than a quarter of a year says little of what ails somebody now.
FRESH = timedelta(days=92)
_MONTHS_COUNT_BELOW = 3
_ICD_10 = (CodeSystem.ICD_10_CM.value, "http://hl7.org/fhir/sid/icd-10")
_LOINC = re.compile(r"\d{1,7}-\d")


def presentation_of(
    record: PatientRecord,
    *,
    language: str | None = None,
    tells: Callable[[str], bool] | None = None,
    at: Moment | None = None,
) -> Presentation:
    """Return what ``record`` presents at ``at``, or at its last moment: age, sex, conditions, results, the newest note.

    Conditions are those that hold and nobody doubts; those that did not begin of late began ``long_ago``. Results are
    the last of each test with a LOINC code that ``tells`` something; they and the note count where they are ``FRESH``.
    ``language`` is that of the words of the conditions, by which it is told where it is not given, or by the note where
    there are none; a note has its own.
    """
    holds = baseline(record, at=at)
    had, note = list(_conditions(holds)), _newest_note(record, holds.at)
    conditions = tuple(dict.fromkeys(told for told, _ in had))
    lately = {told for told, each in had if _is_fresh(each.onset or each.recorded, holds.at)}
    words = ". ".join(each for each in conditions if not is_code(each))
    return Presentation(
        language=language or detect_language(words or (note.text if note is not None else "")),
        age=_age(record.identity.born, holds.at),
        sex=record.identity.sex,
        conditions=conditions,
        results=tuple(_results(holds, tells)),
        note=note,
        long_ago=tuple(each for each in conditions if each not in lately),
    )


def _age(born: Moment | None, at: Moment) -> float | None:
    """Return the age in whole years, of small children in twelfths; nothing where the record contradicts itself."""
    years = years_at(born, at)
    if years is None or years < 0:
        return None
    return float(int(years)) if years >= _MONTHS_COUNT_BELOW else int(years * 12) / 12


def _conditions(holds: Baseline) -> Iterator[tuple[str, Condition]]:
    """Yield what each condition that holds is called, and the condition."""
    for problem in holds.problems:
        speaks = problem.entries[0]
        if isinstance(speaks, Condition) and speaks.verification.is_sure and (told := _told(speaks.concept)):
            yield told, speaks


def _told(concept: Concept) -> str:
    """Return the words of an illness; where there are none, or no more than a code, its code of ICD-10."""
    text = concept.text.strip()
    if text and text not in [each.code for each in concept.codes]:
        return text
    return next((each.code for each in concept.codes if each.system in _ICD_10 and is_code(each.code)), text)


def _results(holds: Baseline, tells: Callable[[str], bool] | None) -> Iterator[Result]:
    for latest in (*holds.labs, *holds.vitals, *holds.examinations):
        told, loinc = latest.observation, _loinc(latest)
        if loinc is None or (tells is not None and not tells(loinc)) or not _is_fresh(told.at, holds.at):
            continue
        if told.quantity is not None:
            sign = told.quantity.comparator or ""
            yield Result(loinc, told.quantity.value, unit_of(told.quantity), told.reference, sign)
        elif (answer := told_by(told.words)) is not None:
            yield Result(loinc, answer)


def _loinc(latest: Latest) -> str | None:
    codes = (each.code for each in latest.observation.concept.codes if each.system == CodeSystem.LOINC)
    # Systems that have no code of their own for a test write words where it belongs.
    return next((code for code in codes if _LOINC.fullmatch(code)), None)


def _newest_note(record: PatientRecord, at: Moment) -> Document | None:
    notes = [each for each in record.notes if each.document.text.strip() and _is_fresh(each.at, at)]
    return max(notes, key=lambda each: _first(each.at)).document if notes else None


def _is_fresh(told: Moment | None, at: Moment) -> bool:
    """Return whether that was lately; of what nobody says when, it is taken to be."""
    return told is None or limit(at) - told.first <= FRESH


def _first(told: Moment | None) -> datetime:
    return ALWAYS if told is None else told.first
