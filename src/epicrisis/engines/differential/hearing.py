"""What somebody tells of a patient, as a case: symptoms in a list, illnesses, results, and what a note says."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion, Experiencer, Status, Temporality
from epicrisis.domain.differentials import FindingKind, Observed
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.patients import Source
from epicrisis.domain.spans import Span
from epicrisis.engines.differential.knowledge.base import KnowledgeBase
from epicrisis.engines.differential.knowledge.reading import LANGUAGES, knowledge_base, tables, words_in
from epicrisis.engines.differential.likeness import Like
from epicrisis.engines.differential.matching import Match, Phrasebook, Target, lists
from epicrisis.engines.differential.naming import family_of, phrasebook_of
from epicrisis.errors import UnknownLanguage
from epicrisis.text.phrases import folded

# Findings of a note that are neither there nor not: what may be, what will be, what would be.
_OPEN = frozenset({Status.POSSIBLE, Status.CONDITIONAL, Status.HYPOTHETICAL})
_ABSENT = frozenset({Status.ABSENT, Status.NORMAL})
# What makes a prescription or a result of a clause.
_FIGURES = frozenset({EntityLabel.DOSE, EntityLabel.ROUTE, EntityLabel.FREQUENCY})
NOTE = "note"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood: findings, conditions somebody has, and the words that nothing was found for."""

    observed: tuple[Observed, ...] = ()
    known: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """What a clause at ``span`` tells in words of its own, and how the note means it."""

    span: Span
    like: Like
    judged: Assertion


class Hearing:
    """Understands words of one language by a phrasebook."""

    def __init__(
        self,
        base: KnowledgeBase,
        phrasebook: Phrasebook,
        *,
        denials: Sequence[str],
        histories: Sequence[str],
        joins: Sequence[str],
    ) -> None:
        self._denials = tuple(map(folded, denials))
        # A joining word parts two symptoms, and so does a denial in the middle of them: "fever without cough".
        parting, denying, past = ("|".join(map(re.escape, words)) for words in (joins, denials, histories))
        self._joins = re.compile(rf"[,;]|\b(?:{parting})\b|\s(?=(?:{denying})\s)", re.IGNORECASE)
        self._history = re.compile(rf"(?:{past})\s+", re.IGNORECASE)
        self._base = base
        self._book = phrasebook
        self._family = family_of(base)

    def of_symptoms(self, symptoms: Sequence[str]) -> Heard:
        """Return what a list of symptoms tells, each as it is or in nearly the words it is called by."""
        observed, unmatched = list[Observed](), list[str]()
        for number, symptom in enumerate(symptoms):
            source, found = Source(f"symptoms/{number}"), False
            for part in self._parts(symptom):
                words = self._without_denial(part)
                for target in (target for match in self._matches(words) for target in match.targets):
                    if not target.is_condition:
                        observed.append(Observed(target.id, words == part, symptom, source))
                        found = True
            if not found:
                unmatched.append(symptom)
        return Heard(_once(observed), (), tuple(unmatched))

    def of_conditions(self, conditions: Sequence[str]) -> Heard:
        """Return what a list of illnesses somebody has tells: conditions, and the findings that having them is."""
        observed, known, unmatched = list[Observed](), list[str](), list[str]()
        for number, condition in enumerate(conditions):
            if self._without_denial(condition) != condition:
                continue
            found = [target for match in self._matches(condition) for target in match.targets]
            known += [each.id for each in found if each.is_condition]
            source = Source(f"conditions/{number}")
            observed += [Observed(each.id, True, condition, source) for each in found if not each.is_condition]
            if not found:
                unmatched.append(condition)
        return Heard(_once(observed), tuple(dict.fromkeys(known)), tuple(unmatched))

    def in_note(self, text: str) -> list[Match]:
        """Return what a note names, before anybody has judged whether it is so."""
        return self._book.find(text)

    def targets(self, text: str, matches: Sequence[Match]) -> list[Span]:
        """Return what is judged of each of ``matches``: whether there was a "history of asthma", its asthma tells."""
        begun = [self._history.match(text, match.span.start, match.span.end) for match in matches]
        return [
            Span(words.end(), match.span.end) if words and words.end() < match.span.end else match.span
            for words, match in zip(begun, matches, strict=True)
        ]

    def of_note(
        self,
        note: AnnotatedDocument,
        matches: Sequence[Match],
        judged: Sequence[Assertion],
        alike: Sequence[Alike] = (),
    ) -> Heard:
        """Return what a note tells; ``judged[i]`` says whether what ``targets`` returns for ``matches[i]`` is so.

        Problems that the reader found and the phrasebook did not are looked up by the words they share with its
        phrases. ``alike`` is what clauses tell in words of their own; where a phrase tells it too, that is believed.
        """
        observed, known, unmatched = list[Observed](), list[str](), list[str]()
        named = list(zip(matches, judged, strict=True))
        starts = [match.span.start for match in matches]
        for entity, assertion in zip(note.entities, note.assertions, strict=True):
            if assertion is None or entity.label != EntityLabel.PROBLEM:
                continue
            # No phrase overlaps another: the last that begins before its end is the one that may share words with it.
            before = bisect_left(starts, entity.span.end)
            if before and matches[before - 1].span.end > entity.span.start:
                continue
            words = note.document.text[entity.span.start : entity.span.end]
            near = self._book.nearest(words)
            if near is None:
                unmatched += [words] if assertion.experiencer is Experiencer.PATIENT else []
                continue
            named.append((Match(entity.span, near.targets, near.likeness), assertion))
        named.sort(key=lambda pair: pair[0].span)
        for match, assertion in named:
            told = note.document.text[match.span.start : match.span.end]
            source = Source(NOTE, match.span)
            # An illness that a note names in passing is what it asks about, and not yet what the patient has.
            has = assertion.temporality is Temporality.PAST or not all(each.is_condition for each in match.targets)
            for target, present in self._meant(match.targets, assertion):
                if target.is_condition:
                    known += [target.id] if present and has else []
                else:
                    observed.append(Observed(target.id, present, told, source))
        alike = _in_words(alike, note)
        observed += self._of_clauses(note.document.text, alike, [match for match, _ in named], observed)
        unmatched = [words for words in unmatched if not any(words in each.told for each in observed)]
        return Heard(_once(observed), tuple(dict.fromkeys(known)), tuple(dict.fromkeys(unmatched)))

    def _of_clauses(
        self, text: str, alike: Sequence[Alike], named: Sequence[Match], observed: Sequence[Observed]
    ) -> Iterator[Observed]:
        """Yield what clauses tell beside what was ``named`` in the note and ``observed`` of it, the surest first."""
        heard = {above for each in observed for above in self._line(each.finding)}
        starts = [match.span.start for match in named]
        for clause in sorted(alike, key=lambda clause: -clause.like.probability):
            within = named[bisect_left(starts, clause.span.start) : bisect_left(starts, clause.span.end)]
            kinds = {target.id for match in within for target in match.targets if not target.is_condition}
            for target, present in self._meant_alike(clause):
                # A finding beneath one that was told is news, and one above it is none. Where its words name one kind
                # of cough they tell no other kind.
                if target.id in heard or any(self._are_kinds_of_one(target.id, each) for each in kinds):
                    continue
                heard |= self._line(target.id) if present else {target.id}
                yield Observed(target.id, present, text[clause.span.start : clause.span.end], Source(NOTE, clause.span))

    def _line(self, finding: str) -> set[str]:
        """Return a finding and those above it."""
        line = {finding}
        for parent in self._base.findings[finding].parents:
            line |= self._line(parent)
        return line

    def _are_kinds_of_one(self, one: str, other: str) -> bool:
        findings = self._base.findings
        return not set(findings[one].parents).isdisjoint(findings[other].parents)

    def _meant_alike(self, clause: Alike) -> Iterator[tuple[Target, bool]]:
        """Yield what a clause means: of the patient it says itself whether it is there, of a relative that it is."""
        target, judged = Target(clause.like.finding), clause.judged
        # What is measured is read from its number: "T 37.1" is like a fever, and none.
        if judged.status in _OPEN or self._base.findings[target.id].kind is FindingKind.VITAL:
            return
        if judged.experiencer is Experiencer.PATIENT:
            yield target, clause.like.present
        elif clause.like.present:
            yield from self._meant([target], judged)

    def _meant(self, targets: Iterable[Target], assertion: Assertion) -> Iterator[tuple[Target, bool]]:
        """Yield what ``targets`` mean where they are judged so, and whether it is there."""
        if assertion.status in _OPEN or assertion.temporality is Temporality.FUTURE:
            return
        present = assertion.status not in _ABSENT
        for target in targets:
            if assertion.experiencer is Experiencer.PATIENT:
                yield target, present
            elif assertion.experiencer is Experiencer.FAMILY and target.id in self._family:
                yield Target(self._family[target.id]), present

    def _parts(self, symptom: str) -> list[str]:
        """Return the parts of ``symptom`` that a joining word parts, where one of them denies: "fever but no cough"."""
        parts = [part.strip(" ,;") for part in self._joins.split(symptom)]
        return parts if any(self._without_denial(part) != part for part in parts[1:]) else [symptom]

    def _without_denial(self, symptom: str) -> str:
        """Return what ``symptom`` says is not there; ``symptom`` itself where it says that something is."""
        low = folded(symptom)
        # "No appetite" is the name of a finding.
        if self._book.meaning(symptom):
            return symptom
        for denial in sorted(self._denials, key=len, reverse=True):
            if low.startswith(f"{denial} "):
                return symptom[len(denial) + 1 :]
        return symptom

    def _matches(self, words: str) -> list[Match]:
        found = self._book.find(words, keeps_case=False)
        if found:
            return found
        near = self._book.nearest(words)
        return [] if near is None else [near]


@cache
def hearing(language: str) -> Hearing:
    """Return what understands ``language`` by the shipped tables, made once.

    Raises:
        UnknownLanguage: the tables have no words of it.
    """
    primary = language.partition("-")[0].lower()
    if primary not in LANGUAGES:
        raise UnknownLanguage(f"No findings are named in {language!r}; try one of {list(LANGUAGES)}.")
    base = knowledge_base()
    book = phrasebook_of(base, words_in(tables(), primary), primary)
    words = lists(primary)
    return Hearing(base, book, denials=words["denials"], histories=words["histories"], joins=words["joins"])


def together(heard: Iterable[Heard]) -> Heard:
    """Return what several told, in their order; what two told is kept once."""
    every = list(heard)
    return Heard(
        _once([observed for each in every for observed in each.observed]),
        tuple(dict.fromkeys(known for each in every for known in each.known)),
        tuple(dict.fromkeys(words for each in every for words in each.unmatched)),
    )


def _in_words(alike: Sequence[Alike], note: AnnotatedDocument) -> list[Alike]:
    """Return those ``alike`` that hold no dose and no result: a prescription and a measurement tell what they say."""
    figures = sorted(entity.span for entity in note.entities if entity.label in _FIGURES)
    ends = [span.end for span in figures]
    return [
        clause
        for clause in alike
        if not any(span.overlaps(clause.span) for span in figures[bisect_right(ends, clause.span.start) :][:1])
    ]


def _once(observed: Iterable[Observed]) -> tuple[Observed, ...]:
    """Return each finding once, there and not there apart, with the first words that told it."""
    first: dict[tuple[str, bool], Observed] = {}
    for each in observed:
        first.setdefault((each.finding, each.present), each)
    return tuple(first.values())
