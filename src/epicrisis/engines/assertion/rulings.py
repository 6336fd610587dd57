"""What the guidelines say of a finding in so many words, so that no model need guess it.

A model answers from what stood in its sentences, and some of what the annotators were told stood in few of them.
``docs/decisions/0026-rulings.md`` says how each ruling was chosen and how often it was right.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from epicrisis.domain.assertions import Assertion, Cue, CueKind, Status, in_text_order
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.findings import negative_by_itself
from epicrisis.engines.assertion.lexicon import Lexicon, load_lexicon
from epicrisis.engines.assertion.persons import bearer
from epicrisis.engines.assertion.signs import sign_of
from epicrisis.engines.assertion.words import forms_of, words_of
from epicrisis.engines.entities.listed import is_preventive
from epicrisis.errors import UnknownLanguage

_Spanned = TypeVar("_Spanned", Entity, Cue)

_STATUS_OF: Mapping[CueKind, Status] = {
    CueKind.HYPOTHESIS: Status.HYPOTHETICAL,
    CueKind.NEGATION: Status.ABSENT,
}
_RESULTS = frozenset({CueKind.NEGATION, CueKind.NORMALITY})
# Cues that say when or whose; those of the old status go with it.
_KEPT = frozenset({CueKind.PAST, CueKind.FAMILY})
# A caller may name half a note; what is negative by its own words is short.
_OWN_WORDS = 80
# "Para evitar nuevas complicaciones", "tan solo algo de líquido": where the words before a finding are looked for, in
# characters, and how many others may stand between.
_BEFORE, _BETWEEN = 80, 2
# How far behind a test its own words are looked at, and how near its value stands.
_BEHIND, _VALUE_WITHIN = 300, 12
# An item of an assessment begins with a marker no longer than this: "12. ", "# ".
_MARKER = 6
_ITS_HEAD_ENDS = re.compile(r":|\s[-\u2013\u2014]{1,2}\s")
# "Pt w/ cough, no fever": what stands before "w/" alone can deny what stands behind it, and before "p/w" nothing.
_WITH = re.compile(r"(?<!\S)(?P<presents>p/)?w(?:/|(?<=/w)\s)\s?\Z", re.IGNORECASE)
_WITHOUT = re.compile(r"(?<!\S)(?<!not )w/o\s(?:any\s|evidence\sof\s)?\Z", re.IGNORECASE)
_OPENS_VALUE = frozenset(":=(")


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of a document with the entities and cues read in it, each in the order of the text."""

    document: Document
    sentence: Span
    entities: Sequence[Entity]
    cues: Sequence[Cue]
    section: SectionCategory | None = None


def settled(assertion: Assertion, told: Told) -> Assertion:
    """Return ``assertion`` with the status and the bearer a ruling gives its target, or as it is where none speaks.

    The two statuses exchange their shares: the new one is as sure as the old one was.
    """
    try:
        lexicon = load_lexicon(told.document.language.partition("-")[0])
    except UnknownLanguage:
        return assertion
    assertion = _owned(assertion, told, lexicon)
    status, cue = _ruled(assertion, told, lexicon)
    if status is assertion.status:
        return assertion
    shares = dict(assertion.scores)
    if shares:
        shares[status], shares[assertion.status] = shares[assertion.status], shares[status]
    kept = [each for each in assertion.cues if each.kind in _KEPT]
    return replace(assertion, status=status, cues=in_text_order([*kept, cue] if cue else kept), scores=shares)


def _owned(assertion: Assertion, told: Told, lexicon: Lexicon) -> Assertion:
    person = bearer(
        assertion.experiencer,
        told.document.text,
        told.sentence,
        assertion.target,
        lexicon,
        named=[each.span for each in told.entities if EntityLabel(each.label).is_concept],
        in_family_history=told.section is SectionCategory.FAMILY_HISTORY,
    )
    if person is assertion.experiencer:
        return assertion
    kept = tuple(cue for cue in assertion.cues if cue.kind is not CueKind.FAMILY)
    return replace(assertion, experiencer=person, cues=kept)


def _ruled(assertion: Assertion, told: Told, lexicon: Lexicon) -> tuple[Status, Cue | None]:
    """Return the status of the target, and the words that a ruling rests on."""
    target, status = assertion.target, assertion.status
    sign = sign_of(told.document.text, told.sentence, target, lexicon)
    if sign is not None:
        return sign.status(status, label=_label(told, target), is_denied=_is_denied_in_words(assertion)), sign.cue
    own_words = forms_of(told.document.quote(target)) if len(target) <= _OWN_WORDS else ()
    if status in (Status.PRESENT, Status.NORMAL) and negative_by_itself(own_words, lexicon):
        return Status.ABSENT, None
    if status in (Status.HYPOTHETICAL, Status.NORMAL) and _heads_item(told, target):
        return Status.PRESENT, None
    if status is Status.ABSENT and _is_denied_of_a_drug(assertion, told):
        return Status.PRESENT, None
    if status in (Status.ABSENT, Status.POSSIBLE) and _is_told_with(assertion, told):
        return Status.PRESENT, None
    if status in (Status.PRESENT, Status.POSSIBLE) and _led_by(_WITHOUT, told, target):
        return Status.ABSENT, None
    if status in (Status.PRESENT, Status.CONDITIONAL):
        bound = _bound(told, target, lexicon)
        return (_STATUS_OF[bound.kind], bound) if bound else (status, None)
    if status is Status.NORMAL:
        own = _own_part(told, target)
        if _has_value(told, own, lexicon) or _has_exception(told, own, lexicon):
            return Status.PRESENT, None
    return status, None


def _heads_item(told: Told, target: Span) -> bool:
    """Return whether ``target`` is what an item of an assessment is about: "1. HTN: restart it", "2. HTN - stable"."""
    text = told.document.text
    is_far = target.start - told.sentence.start > _MARKER
    if told.section is not SectionCategory.ASSESSMENT or is_far or _label(told, target) != EntityLabel.PROBLEM:
        return False
    if any(map(str.isalpha, text[told.sentence.start : target.start])) or not _ITS_HEAD_ENDS.match(text, target.end):
        return False
    return not is_preventive(told.document.quote(told.sentence), told.document.language)


def _is_denied_of_a_drug(assertion: Assertion, told: Told) -> bool:
    """Return whether what denies a problem stands behind its head, and speaks of a drug: "AKI: lisinopril held"."""
    target, text = assertion.target, told.document.text
    denials = [cue.span for cue in assertion.cues if cue.kind is CueKind.NEGATION]
    if not denials or denials[0].start < target.end or _label(told, target) != EntityLabel.PROBLEM:
        return False
    head = _ITS_HEAD_ENDS.search(text, target.end, denials[0].start)
    drugs = _within(told.entities, Span(head.end(), denials[0].start)) if head and head.end() < denials[0].start else []
    return any(each.label == EntityLabel.MEDICATION for each in drugs)


def _is_told_with(assertion: Assertion, told: Told) -> bool:
    """Return whether "w/" leads to a problem and no cue stands before it: "stone w/ hydronephrosis"."""
    led = _led_by(_WITH, told, assertion.target)
    if led is None or led["presents"] is not None:
        return led is not None
    deciding = [cue.span for cue in assertion.cues if cue.kind not in _KEPT]
    return all(cue.start >= led.start() and not cue.contains(assertion.target) for cue in deciding)


def _led_by(pattern: re.Pattern[str], told: Told, target: Span) -> re.Match[str] | None:
    """Return the words of ``pattern`` right before a problem at ``target``."""
    start = max(told.sentence.start, target.start - _BEFORE)
    is_asked = start < target.start and _label(told, target) == EntityLabel.PROBLEM
    return pattern.search(told.document.text, start, target.start) if is_asked else None


def _label(told: Told, target: Span) -> str | None:
    return next((each.label for each in _within(told.entities, target) if each.span == target), None)


def _is_denied_in_words(assertion: Assertion) -> bool:
    return any(cue.kind is CueKind.NEGATION for cue in assertion.cues)


def _bound(told: Told, target: Span, lexicon: Lexicon) -> Cue | None:
    """Return the cue right before ``target`` that the guidelines know no exception to, unless it is denied itself."""
    start = max(told.sentence.start, target.start - _BEFORE)
    if not lexicon.binding or start >= target.start:
        return None
    words = words_of(told.document.text, Span(start, target.start))
    for match in reversed(lexicon.phrases.longest_matches(words)):
        between = words[match.last :]
        if len(between) > _BETWEEN or not all(word.form[0].isalnum() for word in between):
            return None
        kind = next((lexicon.groups[number].kind for number in match.groups if number in lexicon.binding), None)
        if kind is None or (between and _is_of_another(told, Span(between[0].start, target.start), lexicon)):
            continue
        if not _is_denied([word.form for word in words[: match.first]], lexicon):
            return Cue(Span(words[match.first].start, words[match.last - 1].end), kind)
    return None


def _is_of_another(told: Told, between: Span, lexicon: Lexicon) -> bool:
    """Return whether a cue is about a finding named ``between`` it and the target: "para evitar náuseas toma [x]"."""
    named = [each.span for each in _within(told.entities, between) if EntityLabel(each.label).is_concept]
    # But a list goes on: "para evitar náuseas y [vómitos]".
    behind = forms_of(told.document.text[named[-1].end : between.end]) if named else []
    return bool(named) and not (behind and lexicon.hints["joins"].issuperset(behind))


def _is_denied(before: Sequence[str], lexicon: Lexicon) -> bool:
    for form in reversed(before):
        if not form[0].isalnum():
            return False
        if form in lexicon.hints["deniers"]:
            return True
    return False


def _own_part(told: Told, target: Span) -> Span:
    """Return what stands behind a test that is about it: to the next test, to where the sentence turns or ends."""
    text, end = told.document.text, min(told.sentence.end, target.end + _BEHIND)
    turns = [at for mark in (";", "\n", ". ") if (at := text.find(mark, target.end, end)) >= 0]
    behind = _within(told.entities, Span(target.end - 1, max(target.end, end)))
    tests = [each.span.start for each in behind if each.label == EntityLabel.TEST and each.span.start >= target.end]
    return Span(target.end - 1, max(target.end, min([end, *turns, *tests])))


def _has_value(told: Told, own: Span, lexicon: Lexicon) -> bool:
    """Return whether a number is given right behind the test: "diuresis de 800 cc" was measured, not called normal."""
    text, start = told.document.text, own.start + 1
    for value in _within(told.entities, own):
        if value.label != EntityLabel.VALUE or not 0 <= value.span.start - start <= _VALUE_WITHIN:
            continue
        gap = forms_of(text[start : value.span.start])
        is_its_own = all(form in _OPENS_VALUE or form in lexicon.hints["equals"] for form in gap)
        if is_its_own and any(map(str.isdigit, told.document.quote(value.span))):
            return True
    return False


def _has_exception(told: Told, own: Span, lexicon: Lexicon) -> bool:
    """Return whether the test denies one thing and shows another: "no evidenció lesiones, solo microangiopatía"."""
    results = [cue for cue in _within(told.cues, own) if cue.kind in _RESULTS]
    problems = [each.span for each in _within(told.entities, own) if each.label == EntityLabel.PROBLEM]
    if not results or not problems or results[0].span.start >= problems[0].start:
        return False
    for problem in problems:
        opened = _exception_before(told.document.text, problem, own.start, lexicon)
        before = [cue for cue in results if cue.span.start < problem.start]
        # What is called normal outright stays so: "válvulas normales, con pequeñas placas".
        if opened and all(cue.span.end <= opened and _denies(told.document, cue, lexicon) for cue in before):
            return True
    return False


def _exception_before(text: str, problem: Span, start: int, lexicon: Lexicon) -> int:
    """Return where an exception opens a few words before ``problem``, 0 where none does."""
    near = max(start, problem.start - _BEFORE)
    words = words_of(text, Span(near, problem.start)) if near < problem.start else ()
    for at in reversed(range(max(0, len(words) - _BETWEEN - 1), len(words))):
        form, before = words[at].form, words[at - 1].form if at else ""
        if form in lexicon.hints["exceptions"] and before not in lexicon.hints["deniers"]:
            return words[at].start
        if f"{before} {form}" in lexicon.hints["besides"]:
            return words[at - 1].start
        if not form[0].isalnum():
            return 0
    return 0


def _denies(document: Document, cue: Cue, lexicon: Lexicon) -> bool:
    """Return whether ``cue`` denies something, as "sin alteraciones" does that says how a test went."""
    first = forms_of(document.quote(cue.span))[:1]
    return cue.kind is CueKind.NEGATION or not lexicon.hints["deniers"].isdisjoint(first)


def _within(marks: Sequence[_Spanned], stretch: Span) -> list[_Spanned]:
    """Return those of ``marks`` that lie inside ``stretch``, without walking through the others."""
    found: list[_Spanned] = []
    for at in range(bisect_left(marks, stretch.start, key=lambda mark: mark.span.start), len(marks)):
        if marks[at].span.start >= stretch.end:
            break
        if stretch.contains(marks[at].span):
            found.append(marks[at])
    return found
