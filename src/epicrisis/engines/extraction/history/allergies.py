"""What somebody does not bear, what it does, and whether a note says that there is nothing of the kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from epicrisis.domain.assertions import Status
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.records import Allergy, Stated
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.history.family import relative_in
from epicrisis.engines.extraction.history.no_allergies import NoAllergies
from epicrisis.engines.extraction.history.reactions import Reaction, reactions, severity_behind
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.medications.drugs import is_class
from epicrisis.engines.extraction.merging import merged_allergies
from epicrisis.engines.extraction.note import Note
from epicrisis.text.phrases import Phrases, folded

_STORY = "allergies"
# A list of allergies is not longer than this; what follows under a heading that was not seen is something else.
_FAR = 300
_STOP = re.compile(r"[.;](?=\s|$)|\n\s*\n")
_CUT = re.compile(r"\s(?:and|or|y|e|o|u|ni|plus)\s|[,;/\n]|\.(?=\s|$)")
_HEADING = re.compile(r"(?<![\w/])(?:allerg(?:ies|y)|alergias?)(?: [a-z/ ]{1,25})?:")
_STOP_OF_LINE = re.compile(r"[.;](?=\s|$)|\n|$")
_INNER = re.compile(r"\([^()\n]{0,120}\)|(?<=\S)[ \t][-\u2013\u2014]\s?[^,;\n]{0,80}|:[^,;\n]{0,80}")
# "- Kiwi: hives, throat closing": behind the colon of an item stands what it does, all along its line.
_ITEM = re.compile(r"(?m)^[ \t]{0,8}[-*\u2022][ \t]{1,8}(?P<substance>[^\n:,;]{1,60})(?P<does>:[^\n]{1,200})")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_BESIDE = re.compile(r"\s?-?\s?")
_MOST_WORDS = 3


def allergies(note: Note) -> tuple[tuple[Allergy, ...], Stated | None]:
    """Return the allergies of the patient in the order of the text, and the words that say there are none.

    A substance that is denied ("not allergic to penicillin") is ABSENT. Intolerances count: a note rarely tells them
    apart, and who prescribes wants to know of both.
    """
    return _Reading(note).allergies()


class _Reading:
    def __init__(self, note: Note) -> None:
        self._note = note
        self._low = folded(note.text)
        self._language = primary(note)
        self._nothing = NoAllergies(self._low, self._language)

    def allergies(self) -> tuple[tuple[Allergy, ...], Stated | None]:
        # What "allergic to" says of a substance comes before what its place in a list says.
        told = sorted((*self._told(), *self._listed()), key=lambda each: each.substance.span.start)
        kept: list[Allergy] = []
        for allergy in told:
            if not kept or kept[-1].substance.span.end <= allergy.substance.span.start:
                kept.append(allergy)
        items = merged_allergies(kept)
        # "No known drug allergies", and an allergy to grass: both are so.
        has_drug = any(item.status is not Status.ABSENT and self._is_drug(item) for item in items)
        return items, None if has_drug else self._none()

    def _is_drug(self, item: Allergy) -> bool:
        span = item.substance.span
        is_named = any(True for _ in self._note.within(span, EntityLabel.MEDICATION))
        return is_named or self._phrases("drug-substances").first(self._low, span.start, span.end) is not None

    def _phrases(self, *keys: str) -> Phrases:
        return phrases(_STORY, self._language, *keys)

    def _told(self) -> Iterator[Allergy]:
        """Yield what stands behind "allergic to", and before "allergy"."""
        for cue in self._phrases("before").find(self._low):
            if self._is_of_relative(cue):
                continue
            end = self._end(cue.end, self._note.sentence(cue).end)
            if cue.end < end:
                status = Status.ABSENT if self._is_denied(cue) else self._doubt(cue)
                yield from self._items(Span(cue.end, end), status)
        for cue in self._phrases("after").find(self._low):
            substance = self._right_before(cue)
            if substance is not None and not self._is_of_relative(cue):
                status = Status.ABSENT if self._is_denied(substance) else Status.PRESENT
                told = self._reactions(
                    Span(cue.end, max(cue.end + 1, self._end(cue.end, self._note.sentence(cue).end)))
                )
                yield self._allergy(substance, status, told)

    def _listed(self) -> Iterator[Allergy]:
        """Yield what stands under a heading of allergies."""
        for stretch in self._under_headings():
            if self._nothing.alone(stretch) is not None:
                continue
            none = next(self._nothing.found(stretch.start, stretch.end), None)
            if none is None:
                yield from self._items(stretch, Status.PRESENT, is_list=True)
            elif none.end < stretch.end:
                # "No known drug allergies. ACE inhibitor may have caused a cough": told with what it does, it counts.
                rest = Span(none.end, stretch.end)
                is_but = self._phrases("except").first(self._low, none.end, min(stretch.end, none.end + 20)) is not None
                yield from (item for item in self._items(rest, Status.PRESENT) if is_but or item.reactions)

    def _under_headings(self) -> Iterator[Span]:
        sections = [each for each in self._note.annotated.sections if each.category is SectionCategory.ALLERGIES]
        for section in sections:
            start = section.span.start if section.heading is None else section.heading.end
            end = min(section.span.end, start + _FAR)
            if start < end:
                yield Span(start, end)
        # A heading may stand inside another section's line ("Allergies: None. Medications: ..."), or be a long one.
        for heading in _HEADING.finditer(self._low):
            if self._note.category(Span(*heading.span())) is not SectionCategory.ALLERGIES:
                stop = _STOP_OF_LINE.search(self._low, heading.end(), heading.end() + _FAR)
                end = min(len(self._low), heading.end() + _FAR) if stop is None else stop.start()
                if heading.end() < end:
                    yield Span(heading.end(), end)

    def _end(self, start: int, end: int) -> int:
        """Return where the list that begins at ``start`` ends: at its sentence, at "but", at what is told next."""
        limit = min(end, start + _FAR)
        stop = _STOP.search(self._low, start, limit)
        limit = limit if stop is None else stop.start()
        over = self._phrases("ends").first(self._low, start, limit)
        return limit if over is None else over.start

    def _is_of_relative(self, cue: Span) -> bool:
        if self._note.category(cue) is SectionCategory.FAMILY_HISTORY:
            return True
        sentence = self._note.sentence(cue)
        return relative_in(self._low, self._language, max(sentence.start, cue.start - _FAR), cue.start) is not None

    def _is_denied(self, span: Span) -> bool:
        """Return whether a denial stands shortly before: "not allergic to", "denies any allergy to"."""
        sentence = self._note.sentence(span)
        denial = self._phrases("denied").last(self._low, max(sentence.start, span.start - 60), span.start)
        if denial is None or _STOP.search(self._low, denial.end, span.start) is not None:
            return False
        return len(_WORD.findall(self._low, denial.end, span.start)) <= _MOST_WORDS

    def _doubt(self, cue: Span) -> Status:
        """Return whether an allergy is only thought of: "might be allergic to Bactrim"."""
        start = max(self._note.sentence(cue).start, cue.start - 30)
        doubt = self._phrases("doubted").first(self._low, start, cue.start)
        return Status.PRESENT if doubt is None else Status.POSSIBLE

    def _right_before(self, cue: Span) -> Span | None:
        """Return the drug or known substance right before "allergy"."""
        start = max(0, cue.start - 60)
        if start == cue.start:
            return None
        named = [found.span for found in self._note.within(Span(start, cue.start), EntityLabel.MEDICATION)]
        named += self._phrases("substances", "drug-substances").find(self._low, start, cue.start)
        near = [span for span in named if _BESIDE.fullmatch(self._low, span.end, cue.start)]
        return max(near, key=len, default=None)

    def _items(self, stretch: Span, status: Status, *, is_list: bool = False) -> Iterator[Allergy]:
        """Yield the substances of a list; under a heading, short words that nobody knows are substances too."""
        told = self._reactions(stretch)
        first = _STOP.search(self._low, stretch.start, stretch.end)
        known = self._known(stretch, told)
        if is_list:
            listed = Span(stretch.start, max(stretch.start + 1, stretch.end if first is None else first.start()))
            known += [span for span in self._short(listed, told) if not any(span.overlaps(each) for each in known)]
        elif not known:
            known = list(self._short(stretch, told))[:1]
        known.sort()
        for place, span in enumerate(known):
            following = known[place + 1].start if place + 1 < len(known) else stretch.end
            own = [each for each in told if span.end <= each.span.start < following]
            severity = severity_behind(self._low, self._language, span.end, following)
            yield self._allergy(span, self._status(span, status, known), own, severity)

    def _status(self, span: Span, status: Status, known: Iterable[Span]) -> Status:
        """Return what is said of one substance of a list: "denies shrimp, seafood or dye" denies all three."""
        if status is Status.ABSENT:
            return status
        sentence = self._note.sentence(span)
        start = max(sentence.start, span.start - 120)
        denial = self._phrases("denied").last(self._low, start, span.start)
        if denial is not None:
            between = Span(denial.end, span.start) if denial.end < span.start else None
            others = [each for each in known if between is not None and between.contains(each)]
            if self._is_list(denial.end, span.start, others):
                return Status.ABSENT
        found = next(iter(self._note.within(span, EntityLabel.MEDICATION)), None)
        is_doubted = found is not None and found.assertion is not None and found.assertion.status is Status.POSSIBLE
        return Status.POSSIBLE if is_doubted else status

    def _is_list(self, start: int, end: int, others: Iterable[Span]) -> bool:
        """Return whether nothing stands between two places but substances and what joins them."""
        at, words = start, []
        for other in sorted(others):
            words += _WORD.findall(self._low, at, max(at, other.start))
            at = other.end
        words += _WORD.findall(self._low, at, max(at, end))
        small = self._phrases("small")
        return all(word in small for word in words) and not any(word in self._phrases("except") for word in words)

    def _known(self, stretch: Span, told: Iterable[Reaction]) -> list[Span]:
        named = [found.span for found in self._note.within(stretch, EntityLabel.MEDICATION)]
        named += self._phrases("substances", "drug-substances").find(self._low, stretch.start, stretch.end)
        longest: list[Span] = []
        for span in sorted(named, key=lambda each: (-len(each), each)):
            if not self._is_substance(span):
                continue
            taken = [*longest, *(each.span for each in told)]
            if not any(span.overlaps(each) for each in taken):
                longest.append(span)
        return longest

    def _is_substance(self, span: Span) -> bool:
        """Return whether words name something: neither "medications" nor "NKDA"."""
        words = self._low[span.start : span.end]
        is_other = words in self._phrases("none", "severity") or (
            words in self._phrases("small") and words not in self._phrases("substances")
        )
        return not is_other and not is_class(words, self._language)

    def _short(self, stretch: Span, told: Iterable[Reaction]) -> Iterator[Span]:
        """Yield the items of a list that are a few plain words and say nothing else."""
        small = self._phrases("small")
        inner = [Span(*match.span()) for match in _INNER.finditer(self._low, stretch.start, stretch.end)]
        for item in _ITEM.finditer(self._low, stretch.start, stretch.end):
            if not any(word in small for word in _WORD.findall(item["substance"])):
                inner.append(Span(*item.span("does")))
        at = stretch.start
        cuts = [*_CUT.finditer(self._low, stretch.start, stretch.end), None]
        for cut in cuts:
            end = stretch.end if cut is None else cut.start()
            start, end = self._trimmed(at, end, [*inner, *(each.span for each in told)])
            words = _WORD.findall(self._low, start, end) if start < end else []
            is_short = 0 < len(words) <= _MOST_WORDS and len(words[0]) > 2
            if is_short and not any(word in small for word in words) and self._is_substance(Span(start, end)):
                yield Span(start, end)
            at = at if cut is None else cut.end()

    def _trimmed(self, start: int, end: int, aside: Iterable[Span]) -> tuple[int, int]:
        """Return a stretch without its brackets and dashes, and without what a substance does."""
        for span in aside:
            if span.start < end and start < span.end:
                end = max(start, span.start)
        words = [*_WORD.finditer(self._low, start, end)]
        return (words[0].start(), words[-1].end()) if words else (start, start)

    def _reactions(self, stretch: Span) -> list[Reaction]:
        return reactions(self._note, self._low, self._language, stretch)

    def _allergy(
        self, substance: Span, status: Status, told: Iterable[Reaction], severity: Span | None = None
    ) -> Allergy:
        own = list(told) if status is not Status.ABSENT else []
        severity = next((each.severity for each in own if each.severity is not None), severity)
        return Allergy(
            substance=self._note.stated(substance),
            status=status,
            reactions=tuple(self._note.stated(each.span) for each in own),
            severity=None if severity is None else self._note.stated(severity),
            mentions=(substance,),
        )

    def _none(self) -> Stated | None:
        spans = [span for stretch in self._under_headings() if (span := self._nothing.alone(stretch)) is not None]
        words = next(self._nothing.found(0, len(self._low)), None)
        if words is not None and not self._is_of_relative(words):
            spans.append(words)
        return self._note.stated(min(spans)) if spans else None
