"""The results of each test in order of time: the last one, what it means, and where they go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Concept, Identity, Observation, ObservationCategory, PatientRecord, Source
from epicrisis.domain.records import CodeSystem, Flag
from epicrisis.domain.summaries import Latest, Trend
from epicrisis.engines.patients.ranges import Assay, known, meaning
from epicrisis.engines.patients.sameness import words_of
from epicrisis.engines.patients.times import ALWAYS, known_at, notes_of
from epicrisis.engines.patients.trends import trend
from epicrisis.engines.patients.units import Substance, measured, told_in, unit_of

TESTED = frozenset({ObservationCategory.LABORATORY, ObservationCategory.VITAL_SIGNS})
"""What has ranges that results can leave."""

_IN_WORDS = "words"
# Of two results of one moment nobody knows which is right, and the one that calls for somebody is told.
_BADNESS = {None: 0, Flag.NORMAL: 0, Flag.LOW: 1, Flag.HIGH: 1, Flag.ABNORMAL: 1, Flag.CRITICAL: 2}


@dataclass(frozen=True, slots=True)
class Series:
    """All results of one test that can be told in one unit, or in words; the last one last."""

    results: tuple[Observation, ...]
    assay: Assay | None
    moments: Mapping[tuple[Source, int], Moment] = field(default_factory=dict)

    @property
    def category(self) -> ObservationCategory:
        """Return what kind of test it is."""
        return self.results[-1].category

    def moment(self, result: Observation) -> Moment | None:
        """Return when ``result`` was had, as the record tells."""
        return self.moments.get((result.source, result.part))

    def latest(self, identity: Identity) -> Latest:
        """Return the last result, what it means, the one before it, and the trend."""
        last = self.results[-1]
        meant = meaning(last, identity)
        return Latest(
            last, meant.flag, meant.reference, is_usual=meant.is_usual, previous=self._before(last), trend=self._trend()
        )

    def _before(self, last: Observation) -> Observation | None:
        at = self.moment(last)
        earlier = (each for each in reversed(self.results[:-1]) if (when := self.moment(each)) and at and when < at)
        return next(earlier, None)

    def _trend(self) -> Trend | None:
        last = self.results[-1].quantity
        if last is None:
            return None
        unit = unit_of(last)
        told = [
            (at, value, each.source)
            for each in self.results
            if each.quantity is not None and each.quantity.comparator is None
            if (at := self.moment(each)) is not None
            if (value := self._told(each.quantity.value, unit_of(each.quantity), unit)) is not None
        ]
        return trend(told, variation=self.assay.variation if self.assay else None)

    def _told(self, value: float, unit: str, other: str) -> float | None:
        if unit == other:
            return value
        return self.assay.told(value, unit, other) if self.assay else told_in(value, unit, other)


def series_of(record: PatientRecord) -> list[Series]:
    """Return the results of ``record`` by test, in the order in which the record names each test first.

    A test is a LOINC code, whatever unit its results come in; without one it is another code, or a name. What a note
    tells of a day counts only where no resource tells the same test of that day.
    """
    notes = notes_of(record)
    told = [each for each in record.observations if each.quantity is not None or each.words]
    tests = _tests(each.concept for each in told)
    groups: dict[Hashable, list[Observation]] = defaultdict(list)
    assays: dict[Hashable, Assay | None] = {}
    # A name without a code is measured as the test it names: in grams as in moles.
    coded = {tests[each.concept]: assay for each in told if (assay := known(each.concept)) is not None}
    for each in told:
        assay = known(each.concept) or coded.get(tests[each.concept])
        key: Hashable = (tests[each.concept], _measures(each, assay))
        assays.setdefault(key, assay)
        groups[key].append(each)
    found = []
    for key, results in groups.items():
        moments = {(each.source, each.part): at for each in results if (at := known_at(each, notes)) is not None}
        ordered = _in_order(_once(results, moments), moments, record.identity)
        found.append(Series(tuple(ordered), assays[key], moments))
    return found


def _tests(concepts: Iterable[Concept]) -> dict[Concept, Hashable]:
    """Return which test each concept names."""
    tests: dict[Concept, Hashable] = {}
    named: dict[str, set[Hashable]] = defaultdict(set)
    wordy = []
    for concept in dict.fromkeys(concepts):
        code = next(_codes(concept), None)
        if code is None:
            wordy.append(concept)
            continue
        tests[concept] = code
        named[words_of(concept.text)].add(code)
    for concept in wordy:
        words = words_of(concept.text)
        # A name without a code is that test only where no other test is called so.
        tests[concept] = next(iter(named[words])) if len(named[words]) == 1 else words
    return tests


def _codes(concept: Concept) -> Iterator[Hashable]:
    """Yield what tells the test apart: its LOINC code first, both of its codes in grams and moles being one."""
    for code in sorted(concept.codes, key=lambda each: (each.system != CodeSystem.LOINC, each.system, each.code)):
        if code.system == CodeSystem.LOINC:
            assay = known(concept)
            yield assay.name if assay is not None and code.code in assay.twins else code.code
        else:
            yield (code.system, code.code)


def _measures(observation: Observation, assay: Assay | None) -> str:
    if observation.quantity is None:
        return _IN_WORDS
    unit = unit_of(observation.quantity)
    if assay is not None and unit in assay.also:
        unit = assay.unit
    return measured(unit, assay.substance if assay is not None else Substance())


def _once(results: Sequence[Observation], moments: Mapping[tuple[Source, int], Moment]) -> list[Observation]:
    days = {at.day for each in results if each.source.span is None and (at := moments.get((each.source, each.part)))}
    return [
        each
        for each in results
        if each.source.span is None or not (at := moments.get((each.source, each.part))) or at.day not in days
    ]


def _in_order(
    results: Iterable[Observation], moments: Mapping[tuple[Source, int], Moment], identity: Identity
) -> list[Observation]:
    """Return ``results`` by time, those without one first; of one moment final ones come last, the worst at the end."""

    def key(each: Observation) -> tuple[datetime, bool]:
        at = moments.get((each.source, each.part))
        return ALWAYS if at is None else at.first, not each.is_preliminary

    ordered = sorted(results, key=lambda each: (each.source, each.part))
    ordered.sort(key=key)
    found: list[Observation] = []
    for _, same in groupby(ordered, key):
        told = list(same)
        found += sorted(told, key=lambda each: _BADNESS[meaning(each, identity).flag]) if len(told) > 1 else told
    return found
