"""What a judgement of a note means for whoever asks what ails the patient."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion, Cue, CueKind, Status
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.differential.wordlists import phrases
from epicrisis.text.phrases import Phrases, alternatives, folded

# Findings of a note that are neither there nor not: what may be, what will be, what would be.
OPEN = frozenset({Status.POSSIBLE, Status.CONDITIONAL, Status.HYPOTHETICAL})
# What stands here is what may come, what a drug did, or what somebody should do about it.
_ELSEWHERE = frozenset(
    {SectionCategory.ALLERGIES, SectionCategory.DISCHARGE, SectionCategory.MEDICATIONS, SectionCategory.PLAN}
)
# By these lists a name denies what stands in it: "rash that does not blanch", "non-blanching rash".
_DENYING = ("behind", "denials", "negative", "prefixes", "within")
# A sign or an empty box beside a name denies it, and is no cue where the name was read as denied before: "(-)", "[ ]".
_SIGNED = re.compile(r"[(\[]\W{1,3}[)\]]|[\u2296\u2610]")
_BESIDE = 8
_ENDS = re.compile(r"[.;\n](?!\d)")
# What tells of whose or when it is, and not whether.
_ASIDE = frozenset({CueKind.FAMILY, CueKind.PAST})
# How near behind the word that begins a trigger a drug is the trigger: "when taking penicillin".
_NEAR = 30
# Who fell ill below this age fell ill early: men, and women (2019 ACC/AHA guideline on primary prevention).
_EARLY, _EARLY_IN_WOMEN = 55, 65
_YEARS = re.compile(r"\s{1,3}(\d{1,3})\b")
_SOON = 40


class Settling:
    """Tells what is there from what would be, by the words of one language."""

    def __init__(
        self,
        *,
        triggers: Sequence[str],
        young: Sequence[str],
        women: Sequence[str],
        done: Sequence[str],
        dosing: Sequence[str],
    ) -> None:
        # The longest first: "at age" before "at".
        begun, dose, age = map(alternatives, (triggers, dosing, young))
        self._begins = re.compile(rf"(?:{begun})\b")
        self._holds = re.compile(rf"\s(?:{begun})\s")
        self._dosing = re.compile(rf"\b(?:{dose})\b")
        self._young = re.compile(rf"\b(?:{age})(?=\s)")
        self._women = Phrases(women)
        self._done = tuple(map(folded, done))

    def named(self, judged: Assertion, span: Span, note: AnnotatedDocument) -> Assertion:
        """Return ``judged`` as present where nothing but the name at ``span`` denies it: "bowel sounds absent".

        What may be or would be is so too where the name alone says so: "no sabe dónde está".
        """
        cues = [each.span for each in judged.cues if each.kind not in _ASIDE]
        if judged.status is Status.PRESENT or any(cue.start < span.start or cue.end > span.end for cue in cues):
            return judged
        section = note.section_of(span)
        if judged.status in OPEN and (not cues or (section is not None and section.category in _ELSEWHERE)):
            return judged
        text = note.document.text
        if not cues and not _denies_itself(folded(text[span.start : span.end])):
            return judged
        if not cues and _SIGNED.search(text, max(0, span.start - _BESIDE), span.end + _BESIDE):
            return judged
        return replace(judged, status=Status.PRESENT)

    def settled(
        self, judged: Assertion, span: Span, note: AnnotatedDocument, drugs: Sequence[int], *, is_phrase: bool
    ) -> Assertion:
        """Return ``judged``, which is conditional, as present where its condition is one of daily life: "on exertion".

        ``drugs`` are the places at which ``note`` names one, in order. The words at ``span`` may hold the condition
        themselves where they are a phrase.
        """
        section = note.section_of(span)
        if section is not None and section.category in _ELSEWHERE:
            return judged
        text = note.document.text
        if (is_phrase and self._holds.search(folded(text[span.start : span.end]))) or any(
            self._is_of_daily_life(cue, span, text, drugs) for cue in judged.cues
        ):
            return replace(judged, status=Status.PRESENT)
        return judged

    def done(self, judged: Assertion, span: Span, text: str) -> Assertion:
        """Return ``judged``, which is absent, as present where only an earlier sentence denies what was done."""
        denials = [cue.span.end for cue in judged.cues if cue.kind is CueKind.NEGATION and cue.span.end <= span.start]
        # "No F/C. s/p CABG."
        if (
            folded(text[span.start : span.end]).startswith(self._done)
            and len(denials) == len(judged.cues) > 0
            and _ENDS.search(text, max(denials), span.start)
        ):
            return replace(judged, status=Status.PRESENT)
        return judged

    def is_early(self, judged: Assertion, span: Span, text: str) -> bool:
        """Return whether an age is told behind ``span`` at which an illness comes early: "heart attack at 50".

        Which age that is, is told by the words by which it was ``judged`` that a relative had it.
        """
        relatives = [each.span for each in judged.cues if each.kind is CueKind.FAMILY]
        is_hers = any(self._women.first(folded(text[each.start : each.end])) is not None for each in relatives)
        end = _ENDS.search(text, span.end, span.end + _SOON)
        low = folded(text[span.end : end.start() if end else span.end + _SOON])
        ages = (_YEARS.match(low, told.end()) for told in self._young.finditer(low))
        return any(age is not None and int(age[1]) < (_EARLY_IN_WOMEN if is_hers else _EARLY) for age in ages)

    def _is_of_daily_life(self, cue: Cue, span: Span, text: str, drugs: Sequence[int]) -> bool:
        words = folded(text[cue.span.start : cue.span.end])
        if cue.kind is not CueKind.CONDITION or not self._begins.match(words):
            return False
        # What the trigger itself is made of comes with it, and is none: "wheezing with cold air".
        if cue.span.start <= span.start < cue.span.end:
            return False
        # "When taking penicillin": what a drug did is told by what it did it to.
        if self._dosing.search(folded(text[cue.span.start : cue.span.start + _NEAR])):
            return False
        if cue.span.end <= span.start:
            # "Take ibuprofen when in pain."
            near = max(0, cue.span.start - _NEAR)
            ends = [each.end() for each in _ENDS.finditer(text, near, cue.span.start)]
            return not _within(drugs, ends[-1] if ends else near, span.start)
        # Where the cue is "when" alone, what comes next is the trigger.
        return not _within(drugs, cue.span.start, cue.span.end if " " in words else cue.span.start + _NEAR)


def _denies_itself(name: str) -> bool:
    return any(phrases(each).first(name) is not None for each in _DENYING)


def _within(places: Sequence[int], start: int, end: int) -> bool:
    return bisect_left(places, start) < bisect_left(places, end)
