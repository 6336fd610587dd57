"""Tobacco, alcohol and drugs: whether somebody uses them or did, and how much."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from epicrisis.domain.records import SocialFact, SocialKind, Use
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.history.family import relative_in
from epicrisis.engines.extraction.history.habit_headings import Headings
from epicrisis.engines.extraction.history.uses import SUBSTANCES, amounts, tobacco_units
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.note import Note
from epicrisis.engines.extraction.places import Places
from epicrisis.text.phrases import Phrases, folded

# What is said of a substance now outweighs what was, and that what is denied.
_ORDER = (Use.CURRENT, Use.FORMER, Use.NEVER)
# Outside a social history these tell of the patient's own life; under other headings the words mean something else.
TOLD_IN = frozenset(
    {
        SectionCategory.SOCIAL_HISTORY,
        SectionCategory.PAST_HISTORY,
        SectionCategory.PRESENT_ILLNESS,
        SectionCategory.CHIEF_COMPLAINT,
        SectionCategory.ASSESSMENT,
        SectionCategory.OTHER,
        None,
    }
)
# A clause is where a cue reaches: "He denies alcohol, but smokes a pack a day". A line break within a list ends none.
_CLAUSE = re.compile(r"[;.]\s|(?<!,)\n(?!(?:or|nor|and|ni|o|u|y|e)\b)")
# Where a list may end that is denied: "no drugs, smoker", "No alcohol" and on the next line "y fumador".
_ITEM = re.compile(r"[,\n]\s*+(?!(?:or|nor|ni|o|u)\b)")
# What may stand between a substance and how much of it: "fumador de 10 cig/día".
_TO_AMOUNT = re.compile(r"(?: use)?\s?[:-]?\s?(?:(?:de|of)\s)?")
# A list of what is denied goes on: "denies some alcohol, or drugs".
_GOES_ON = re.compile(r"(?: use)?,?\s(?:or|nor|ni|o|u)\b")
# "+tob, -EtOH": who writes a plus writes a minus, too.
_MINUS = re.compile(r"(?<!\S)-\s?\Z")
_PLUS = re.compile(r"(?<!\S)\+\s?[a-z]")
_REACH = 200
# No statement of how somebody lives is longer; what follows is another.
LONGEST = 90
# "Does not", "neither": what denies a verb stands right before it.
_VERB_REACH = 10
# "Denied any history of": as far may a past stand from what denies it.
_DENIED_REACH = 12
# "Drinks four or five cups of coffee".
_SOFT_REACH = 30
# What may stand between a substance and the answer to it: "Tobacco use: none".
_ANSWER = re.compile(r"(?: use| abuse| history| hx| status)?\s?[:,-]?\s?")
# What stands between it and an answer that is all it has: "tob - quit 1990, etoh - rare".
_LABEL = re.compile(r"(?: use| abuse| history| hx| status)?(?: -|:)\s?")


@dataclass(frozen=True, slots=True)
class _Told:
    """What one place of the note tells of a substance."""

    kind: SocialKind
    span: Span
    use: Use
    amount: Span | None = None


def substances(note: Note) -> Iterator[SocialFact]:
    """Yield one fact for each substance ``note`` tells of: the weightiest, with an amount where one is told.

    ``use`` is NEVER where the note denies it and tells of no use before: "denies tobacco" as much as "never smoked".
    How much the note really says stands beside it, in the words.
    """
    told = list(_Reading(note).told())
    for kind in SUBSTANCES:
        own = [each for each in told if each.kind is kind]
        if own:
            best = min(own, key=lambda each: (_ORDER.index(each.use), each.amount is None, each.span))
            yield SocialFact(
                kind=kind,
                words=note.stated(best.span),
                use=best.use,
                amount=None if best.amount is None else note.stated(best.amount),
            )


class _Reading:
    def __init__(self, note: Note) -> None:
        self.note = note
        self.language = primary(note)
        self.low = folded(note.text)
        self.headings = Headings(note, self.low, self.language)

    def told(self) -> Iterator[_Told]:
        """Yield what each place tells that names a substance, and what the sentence behind it adds."""
        for kind, term in self._terms():
            if not self._is_the_patients(term):
                continue
            if self.headings.holds(term):
                yield from self._answered(kind, term)
            else:
                told = self._read(kind, term)
                yield told
                yield from self._went_on(told)

    def _terms(self) -> Sequence[tuple[SocialKind, Span]]:
        """Return where substances are named; of words that overlap, the longest say which."""
        besides = Places(self._phrases("besides").find(self.low))
        terms = {kind: list(self._phrases(key).find(self.low)) for kind, key in SUBSTANCES.items()}
        terms[SocialKind.TOBACCO] += tobacco_units(self.low, self.language)
        every = sorted({term for own in terms.values() for term in own})
        # Terms of one list never overlap, so those that overlap a term stand right beside it.
        near = {term: every[max(0, at - 4) : at + 5] for at, term in enumerate(every)}
        return [
            (kind, term)
            for kind, own in terms.items()
            for term in own
            if not besides.overlap(term)
            and not any(each.overlaps(term) and len(each) > len(term) for each in near[term])
        ]

    def _is_the_patients(self, term: Span) -> bool:
        category = self.headings.category(term)
        start = max(self.note.sentence(term).start, term.start - _REACH)
        relative = relative_in(self.low, self.language, start, term.start)
        if category is SectionCategory.SOCIAL_HISTORY:
            return not self._is_soft(term) and not (relative is not None and self._does(relative, term))
        if category not in TOLD_IN or self.low[term.start : term.end] in self._phrases("in-section", "tobacco-units"):
            return False
        return relative is None

    def _is_soft(self, term: Span) -> bool:
        """Return whether it is no alcohol that somebody drinks: "drinks four cups of coffee"."""
        end = min(self._clause(term).end, term.end + _SOFT_REACH)
        common = self.low[term.start : term.end] in self._phrases("in-section")
        return common and self._phrases("soft").first(self.low, term.end, max(term.end, end)) is not None

    def _does(self, relative: Span, term: Span) -> bool:
        """Return whether it is the relative who does: "Grandmother is a smoker", and not "lives with his mother"."""
        if not self.low[relative.end : term.start].strip():
            return True
        does = self._phrases("relatives-do").first(self.low, relative.end, term.end)
        return does is not None and does.start == relative.end + 1

    def _answered(self, kind: SocialKind, heading: Span) -> Iterator[_Told]:
        """Yield what is said right behind a heading; alone it tells of nothing."""
        answer = self.headings.answer(kind, heading)
        if answer is not None:
            use, words = answer
            amount = self._amount(words, kind, heading) if use is not Use.NEVER else None
            yield _Told(kind, Span(heading.start, words.end), use, amount)

    def _read(self, kind: SocialKind, term: Span) -> _Told:
        clause = self._clause(term)
        use, cue = self._use(clause, kind, term)
        amount = self._amount(clause, kind, term) if use in {Use.CURRENT, Use.FORMER} else None
        parts = [each for each in (term, cue, amount) if each is not None and _near(each, term)]
        return _Told(kind, Span(min(each.start for each in parts), max(each.end for each in parts)), use, amount)

    def _went_on(self, told: _Told) -> Iterator[_Told]:
        """Yield what the next sentence adds that names no substance: "She does not smoke. She quit 25 years ago"."""
        clause = self._clause(told.span)
        sentences = self.note.annotated.sentences
        number = bisect_left(sentences, clause.end, key=lambda each: each.span.start)
        if number == len(sentences):
            return
        following = sentences[number].span
        start, end = following.start, min(following.end, following.start + _REACH)
        if self._phrases(*SUBSTANCES.values()).first(self.low, start, end) is not None:
            return
        quit_ = self._phrases("quits").first(self.low, start, end)
        if quit_ is not None:
            yield _Told(told.kind, quit_, Use.FORMER)

    def _clause(self, term: Span) -> Span:
        """Return the words around ``term`` that a cue may reach from: between stops and words that turn round."""
        sentence, section = self.note.sentence(term), self.note.annotated.section_of(term)
        heading = section.heading.end if section is not None and section.heading is not None else 0
        start = min(term.start, max(sentence.start, term.start - _REACH, heading))
        end = max(term.end, min(sentence.end, term.end + _REACH))
        turns = self._phrases("turns")
        starts = [match.end() for match in _CLAUSE.finditer(self.low, start, term.start)]
        starts += [turn.end for turn in turns.find(self.low, start, term.start)]
        stop, turn = _CLAUSE.search(self.low, term.end, end), turns.first(self.low, term.end, end)
        ends = [end, *([stop.start()] if stop else []), *([turn.start] if turn else [])]
        return Span(max(starts, default=start), min(ends))

    def _use(self, clause: Span, kind: SocialKind, term: Span) -> tuple[Use, Span | None]:
        """Return the use that the words around ``term`` tell, and the words; CURRENT where they tell nothing else."""
        if self._is_minus(term, clause.end):
            return Use.NEVER, None
        reach = self._reach(clause, kind, term)
        own = Span(self._denied_from(reach, kind, term), reach.end)
        never, denied = (self._last(key, own, term) for key in ("never", "not"))
        current = self._last("current", reach, term)
        # "Quit smoking 2010, occasional alcohol": what is over is the other's.
        past = own if self._is_light(term, reach) else reach
        former = self._last("former", past, term) or self._quits(clause, kind, term)
        if never is not None:
            return Use.NEVER, never
        if former is not None and denied is not None and self._is_denied(former, denied):
            former = None
        if former is not None and (denied is None or former.start > denied.end):
            # "Has smoked for 20 years" is no past.
            return (Use.CURRENT, current) if current and current.contains(former) else (Use.FORMER, former)
        return (Use.NEVER, denied) if denied is not None else (Use.CURRENT, current)

    def _quits(self, clause: Span, kind: SocialKind, term: Span) -> Span | None:
        """Return the words behind ``term`` that say it is over, and not another's: "alcohol, and quit smoking"."""
        quits = self._phrases("quits").first(self.low, term.end, clause.end)
        if quits is None:
            return None
        other = self._others(kind).first(self.low, quits.end, clause.end)
        return quits if other is None or other.start > quits.end + 1 else None

    def _is_denied(self, former: Span, denied: Span) -> bool:
        """Return whether it is the past itself that is denied: "denied any history of tobacco"."""
        near = 0 <= former.start - denied.end <= _DENIED_REACH
        return near and self.low[former.start : former.end] in self._phrases("histories")

    def _reach(self, clause: Span, kind: SocialKind, term: Span) -> Span:
        """Return where cues of ``term`` stand: not before another's own ("a nonsmoker and drinks socially")."""
        own = [
            each.end
            for each in self._others(kind).find(self.low, clause.start, term.start)
            if self.low[each.start : each.end] in self._phrases("never", "former", "verbs")
        ]
        start = max([clause.start, *own])
        label = _LABEL.match(self.low, term.end, clause.end)
        if label is not None and self._answers(label.end(), clause.end):
            return Span(term.start, clause.end)
        if self.low[term.start : term.end] in self._phrases("verbs") and not self._is_noun(term):
            start = max(start, term.start - _VERB_REACH)
        return Span(start, clause.end)

    def _denied_from(self, reach: Span, kind: SocialKind, term: Span) -> int:
        """Return where what denies ``term`` may begin: behind another substance in "no alcohol, fumador de 10 cig".

        Only a person who uses ("smoker"), or what has an amount of its own, ends a list that is denied.
        """
        agents = self._phrases("agents")
        is_counted = self._is_counted(term, reach.end) or self._is_light(term, reach)
        if not is_counted and self.low[term.start : term.end] not in agents:
            return reach.start
        others = [
            each
            for each in self._others(kind).find(self.low, reach.start, term.start)
            # "Not a drinker, smoker or user of drugs".
            if is_counted or self.low[each.start : each.end] not in agents
        ]
        item = _ITEM.search(self.low, others[-1].end, term.start) if others else None
        return reach.start if item is None else item.end()

    def _is_counted(self, term: Span, end: int) -> bool:
        """Return whether ``term`` is an amount, or one stands right behind it: "tobacco 1 ppd"."""
        ahead = _TO_AMOUNT.match(self.low, term.end, end)
        is_led = ahead is not None and amounts(self.language).match(self.low, ahead.end(), end) is not None
        return is_led or self.low[term.start : term.end] in self._phrases("tobacco-units")

    def _is_light(self, term: Span, reach: Span) -> bool:
        """Return whether it is told how little is used: "occasional alcohol", and no "some alcohol, or drugs"."""
        before = self._phrases("light").last(self.low, reach.start, term.start)
        is_led = before is not None and not self.low[before.end : term.start].strip()
        return is_led and _GOES_ON.match(self.low, term.end, reach.end) is None

    def _is_minus(self, term: Span, end: int) -> bool:
        """Return whether a minus denies ``term``: "+tob, -EtOH"; at the head of a line it is the dash of a list."""
        line = self.low.rfind("\n", 0, term.start) + 1
        minus = _MINUS.search(self.low, max(line, term.start - _DENIED_REACH), term.start)
        if minus is None or not self.low[line : minus.start()].strip() or self._is_counted(term, end):
            return False
        return minus.end() == minus.start() + 1 or _PLUS.search(self.low, line, term.start) is not None

    def _answers(self, at: int, end: int) -> bool:
        """Return whether words at a place say of a substance whether, or how much."""
        said = self._phrases("never", "not", "former", "current", "quits").first(self.low, at, end)
        return (said is not None and said.start == at) or amounts(self.language).match(self.low, at, end) is not None

    def _last(self, key: str, reach: Span, term: Span) -> Span | None:
        """Return the words of ``key`` that stand last before ``term``, or are it, or answer it: "Tobacco: none"."""
        before = self._phrases(key).last(self.low, reach.start, term.end)
        if before is not None:
            return before
        answer = _ANSWER.match(self.low, term.end, reach.end)
        behind = self._phrases(key).first(self.low, term.end, reach.end)
        if answer is None or behind is None or behind.start != answer.end():
            return None
        # "Social EtOH, no drugs": the answer is another's.
        following = self._phrases(*SUBSTANCES.values()).first(self.low, behind.end, reach.end)
        is_others = "," in answer[0] and following is not None and following.start == behind.end + 1
        return None if is_others else behind

    def _is_noun(self, term: Span) -> bool:
        """Return whether a word that may be a verb is none here: "does not take any drinks"."""
        before = self._phrases("nouns-behind").last(self.low, max(0, term.start - _VERB_REACH), term.start)
        return before is not None and before.end == term.start - 1

    def _amount(self, clause: Span, kind: SocialKind, term: Span) -> Span | None:
        """Return how much, in the clause: the amount nearest to ``term``, with no other substance between."""
        found = [Span(*match.span()) for match in amounts(self.language).finditer(self.low, clause.start, clause.end)]
        own = [each for each in found if self._others(kind).first(self.low, *_between(each, term)) is None]
        return min(own, key=lambda each: (max(each.start - term.end, term.start - each.end), each), default=None)

    def _others(self, kind: SocialKind) -> Phrases:
        return self._phrases(*(key for each, key in SUBSTANCES.items() if each is not kind))

    def _phrases(self, *keys: str) -> Phrases:
        return phrases("social", self.language, *keys)


def _between(one: Span, other: Span) -> tuple[int, int]:
    first, second = sorted((one, other))
    return first.end, max(first.end, second.start)


def _near(part: Span, term: Span) -> bool:
    return max(part.end, term.end) - min(part.start, term.start) <= LONGEST
