"""What somebody tells of a patient, as a case: symptoms in a list, illnesses, results, and what a note says."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion, Experiencer, Status, Temporality
from epicrisis.domain.differentials import FindingKind, Observed
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.patients import Source
from epicrisis.domain.spans import Span
from epicrisis.engines.differential.coded import coded
from epicrisis.engines.differential.knowledge.base import KnowledgeBase
from epicrisis.engines.differential.knowledge.entries import Course
from epicrisis.engines.differential.knowledge.reading import LANGUAGES, knowledge_base, tables, words_in
from epicrisis.engines.differential.likeness import Like
from epicrisis.engines.differential.listed import Listed
from epicrisis.engines.differential.matching import Match, Phrasebook, Target
from epicrisis.engines.differential.naming import family_of, is_of_family, phrasebook_of
from epicrisis.engines.differential.settling import OPEN, Settling
from epicrisis.engines.differential.wordlists import lists
from epicrisis.errors import UnknownLanguage

_ABSENT = frozenset({Status.ABSENT, Status.NORMAL})
# What may come with something of daily life; a drug that is taken when in need is a prescription.
_COMPLAINTS = frozenset({FindingKind.SIGN, FindingKind.SYMPTOM})
# What makes a prescription or a result of a clause.
_FIGURES = frozenset({EntityLabel.DOSE, EntityLabel.ROUTE, EntityLabel.FREQUENCY})
# What having had a tumour is, whether it is over or not.
_CANCER = "history-of-cancer"
NOTE = "note"
# What runs in a family only where it comes early.
_EARLY = "-premature-"
_PAST = "history-of-"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood: findings, conditions somebody has, and the words that nothing was found for."""

    observed: tuple[Observed, ...] = ()
    known: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()

    @property
    def absent(self) -> tuple[Span, ...]:
        """Where a note says that something is not there."""
        sources = (each.source for each in self.observed if not each.present)
        return tuple(each.span for each in sources if each is not None and each.span is not None)


@dataclass(frozen=True, slots=True)
class Alike:
    """What a clause at ``span`` tells in words of its own, and how the note means it."""

    span: Span
    like: Like
    judged: Assertion


class Hearing:
    """Understands words of one language by a phrasebook."""

    def __init__(
        self, base: KnowledgeBase, phrasebook: Phrasebook, words: Mapping[str, Sequence[str]], language: str
    ) -> None:
        self._language = language
        past = "|".join(map(re.escape, words["histories"]))
        self._history = re.compile(rf"(?:{past})\s+", re.IGNORECASE)
        self._listed = Listed(phrasebook, words)
        self._settling = Settling(
            triggers=words["triggers"],
            young=words["young"],
            women=words["women"],
            done=words["done"],
            dosing=words["dosing"],
        )
        self._base = base
        self._book = phrasebook
        self._family = family_of(base)
        self._in_families = frozenset(self._family.values()) | {each for each in base.findings if is_of_family(each)}

    def of_symptoms(self, symptoms: Sequence[str], alike: Callable[[str], str | None] | None = None) -> Heard:
        """Return what a list of symptoms tells, each as it is or in nearly the words it is called by.

        ``alike`` may say which finding words tell that no phrase is near: a complaint is one, and is there.
        """
        observed, unmatched = list[Observed](), list[str]()
        for number, symptom in enumerate(symptoms):
            source, found = Source(f"symptoms/{number}"), False
            for part in self._listed.parts(symptom):
                # What may be is neither there nor not.
                if self._listed.is_open(part):
                    continue
                denied = self._listed.denied(part)
                matches = self._matches(part) if denied is None else denied
                of_family = self._listed.is_of_family(part)
                if not matches and denied is None and alike is not None and not of_family:
                    matches = self._told_alike(part, alike)
                for match in matches:
                    for target in match.targets:
                        # What a relative has is none of the patient's, but for what it says of the family.
                        if not target.is_condition and (target.id in self._in_families or not of_family):
                            present = denied is None and not match.is_denied
                            observed.append(Observed(target.id, present, symptom, source))
                            found = True
            if not found:
                unmatched.append(symptom)
        return Heard(_once(observed), (), tuple(unmatched))

    def of_conditions(self, conditions: Sequence[str], *, long_ago: Sequence[str] = ()) -> Heard:
        """Return what a list of illnesses, in words or by codes of ICD-10-CM, tells: conditions, and what they show.

        What passes and was ``long_ago``, or is told of the past ("heart attack 2010"), is the finding that it was.
        """
        observed, known, unmatched = list[Observed](), list[str](), list[str]()
        for number, condition in enumerate(conditions):
            if self._listed.denied(condition) is not None:
                continue
            is_past = condition in long_ago or self._listed.is_past(condition)
            found = self._illness(condition, is_past=is_past)
            known += [each.id for each in found if each.is_condition and not (is_past and self._passes(each))]
            source, there = Source(f"conditions/{number}"), self._findings(found, is_past=is_past)
            observed += [Observed(each, True, condition, source) for each in there]
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
        drugs = sorted(each.span.start for each in note.entities if each.label == EntityLabel.MEDICATION)
        for match, judgement in named:
            assertion = self._settled(match, judgement, note, drugs)
            told = note.document.text[match.span.start : match.span.end]
            source = Source(NOTE, match.span)
            is_past = assertion.temporality is Temporality.PAST
            # An illness that a note names in passing is what it asks about, and not yet what the patient has.
            has = is_past or not all(each.is_condition for each in match.targets)
            of_family = assertion.experiencer is Experiencer.FAMILY
            is_early = of_family and self._settling.is_early(assertion, match.span, note.document.text)
            meant = list(self._meant(match.targets, assertion, is_early=is_early))
            there = [target for target, present in meant if present]
            known += [each.id for each in there if each.is_condition and has and not (is_past and self._is_over(each))]
            observed += [Observed(each.id, present, told, source) for each, present in meant if not each.is_condition]
            if is_past:
                own = {each.id for each, _ in meant}
                was = [each for each in self._findings(there, is_past=True) if each not in own]
                observed += [Observed(each, True, told, source) for each in was]
        alike = _in_words([self._settled_alike(each, note, drugs) for each in alike], note)
        observed += self._of_clauses(note.document.text, alike, [match for match, _ in named], observed)
        unmatched = [words for words in unmatched if not any(words in each.told for each in observed)]
        return Heard(_once(observed), tuple(dict.fromkeys(known)), tuple(dict.fromkeys(unmatched)))

    def _settled(self, match: Match, judged: Assertion, note: AnnotatedDocument, drugs: Sequence[int]) -> Assertion:
        """Return ``judged`` as whoever asks what ails the patient takes it."""
        if match.likeness == 1.0 and not match.is_denied:
            judged = self._settling.named(judged, match.span, note)
        if judged.status is Status.ABSENT:
            return self._settling.done(judged, match.span, note.document.text)
        if judged.status is Status.CONDITIONAL and all(self._is_complaint(each) for each in match.targets):
            judged = self._settling.settled(judged, match.span, note, drugs, is_phrase=True)
        # "Afebrile" is there, and no fever.
        return replace(judged, status=Status.ABSENT) if match.is_denied and judged.status not in OPEN else judged

    def _settled_alike(self, clause: Alike, note: AnnotatedDocument, drugs: Sequence[int]) -> Alike:
        if clause.judged.status is not Status.CONDITIONAL or not self._is_complaint(Target(clause.like.finding)):
            return clause
        return replace(clause, judged=self._settling.settled(clause.judged, clause.span, note, drugs, is_phrase=False))

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
        if judged.status in OPEN or self._base.findings[target.id].kind is FindingKind.VITAL:
            return
        if judged.experiencer is Experiencer.PATIENT:
            yield target, clause.like.present
        elif clause.like.present:
            yield from self._meant([target], judged)

    def _meant(
        self, targets: Iterable[Target], assertion: Assertion, *, is_early: bool = False
    ) -> Iterator[tuple[Target, bool]]:
        """Yield what ``targets`` mean where they are judged so, and whether it is there.

        Whether a relative fell ill early counts where it is ``is_early`` alone.
        """
        if assertion.status in OPEN or assertion.temporality is Temporality.FUTURE:
            return
        present = assertion.status not in _ABSENT
        for target in targets:
            if assertion.experiencer is Experiencer.PATIENT:
                yield target, present
            elif assertion.experiencer is Experiencer.FAMILY:
                for runs in self._of_family([target], is_early=is_early):
                    # That nobody had a melanoma is not that nobody had a cancer.
                    if present or runs == target or runs.id.endswith(target.id.removeprefix(_PAST)):
                        yield runs, present

    def _of_family(self, targets: Iterable[Target], *, is_early: bool = False) -> Iterator[Target]:
        """Yield what runs in the family where a relative has what ``targets`` mean."""
        for target in targets:
            runs = self._family.get(target.id)
            # "Father had colon cancer" is itself the name of what runs in the family.
            if target.id in self._in_families:
                yield target
            elif runs is not None and (is_early or _EARLY not in runs):
                yield Target(runs)

    def _illness(self, words: str, *, is_past: bool) -> list[Target]:
        """Return what an illness of a list means, by its code or by its name."""
        if self._listed.is_open(words):
            return []
        condition = coded(words)
        name = words if condition is None else condition.names[self._language]
        found = [target for match in self._matches(name) if not match.is_denied for target in match.targets]
        if condition is None:
            return list(self._of_family(found)) if self._listed.is_of_family(words) else found
        illness = Target(condition.id, is_condition=True)
        # What was seen of an illness that passed is there no more.
        gone = is_past and self._passes(illness)
        findings = (each for each in found if not each.is_condition)
        return [illness, *(each for each in findings if not gone or self._is_history(each))]

    def _is_history(self, target: Target) -> bool:
        return self._base.findings[target.id].kind is FindingKind.HISTORY

    def _is_complaint(self, target: Target) -> bool:
        return not target.is_condition and self._base.findings[target.id].kind in _COMPLAINTS

    def _passes(self, target: Target) -> bool:
        return target.is_condition and self._base.conditions[target.id].course is Course.PASSING

    def _is_over(self, target: Target) -> bool:
        """Return whether what a note tells of the past is over: what passes, and a tumour: "h/o breast cancer"."""
        return self._passes(target) or self._base.conditions[target.id].past == _CANCER

    def _findings(self, targets: Iterable[Target], *, is_past: bool) -> Iterator[str]:
        """Yield the findings among ``targets``, and where they are of the past those that having had them is."""
        for target in targets:
            if not target.is_condition:
                yield target.id
            elif is_past and self._base.conditions[target.id].past:
                yield self._base.conditions[target.id].past

    def _told_alike(self, words: str, alike: Callable[[str], str | None]) -> list[Match]:
        finding = alike(words)
        targets = () if finding is None else (Target(finding),)
        return [Match(Span(0, len(words)), targets) for each in targets if self._is_complaint(each)]

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
    return Hearing(base, book, lists(primary), primary)


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
