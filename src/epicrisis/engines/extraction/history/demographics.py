"""How old the patient is, and which sex: from the words that say so, and never from a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from epicrisis.domain.records import Demographics, Sex
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.history.ages import Age, ages
from epicrisis.engines.extraction.lists import phrases, primary, word_lists
from epicrisis.engines.extraction.note import Note
from epicrisis.text.phrases import Phrases, alternatives, folded

# How far from an age a word may stand that says whose it is: "65-year-old right-handed African-American female".
_NEAR = 60
# Of the pronouns of a note this share must agree before they tell a sex; the others may be those of a relative.
_AGREE = 0.9
# What ends the stretch that a word for a relative reaches over: "mother, aged 50" and not "her mother; she is 50".
_STOP = re.compile(r"[.;:\n]")
_NO_WORDS = re.compile(r"[\s,-]*")

_Told = tuple[Sex, Span]


def demographics(note: Note) -> Demographics:
    """Return the age and the sex of the patient of ``note``, each where its words say so.

    The age of a relative, of an event ("at age 12") or of a course ("de 3 años de evolución") is not the patient's. A
    sex is told by the noun beside the age, then by any noun, title or pronoun as far as those of a note agree.
    """
    reading = _Reading(note)
    age = reading.age()
    told = reading.sex(age)
    return Demographics(
        age=None if age is None else note.stated(age.span),
        years=None if age is None else age.years,
        sex=None if told is None else told[0],
        sex_words=None if told is None else note.stated(told[1]),
    )


class _Reading:
    def __init__(self, note: Note) -> None:
        self.note = note
        self.language = primary(note)
        self.low = folded(note.text)

    def age(self) -> Age | None:
        """Return the first age that is said of the patient; one beside a word for a person goes before others."""
        own = sorted(filter(self._is_the_patients, ages(self.low, self.language)), key=lambda age: age.span)
        beside = [age for age in own if self._beside(age.span, "female", "male", "person") is not None]
        return next(iter(beside), next((age for age in own if age.said), None))

    def sex(self, age: Age | None) -> _Told | None:
        """Return the sex, and the words that tell it."""
        if age is not None:
            told = self._lettered(age) or self._noun_beside(age.span)
            if told is not None:
                return told
        return self._answered() or self._agreed("") or self._agreed("-titles") or self._pronouns()

    def _is_the_patients(self, age: Age) -> bool:
        if self.note.category(age.span) is SectionCategory.FAMILY_HISTORY:
            return False
        start, end = self._around(age.span)
        before, behind = self.low[start : age.span.start], self.low[age.span.end : end]
        if any(each.end == len(before.rstrip()) for each in self._phrases("events").find(before)):
            return False
        others = self._phrases("others")
        following = others.first(behind)
        # "A 51-year-old sister" is one; a "34-year-old mother of two" is the patient herself.
        if following and _NO_WORDS.fullmatch(behind[: following.start]) and " of " not in behind[following.end :][:4]:
            return False
        course = self._phrases("courses").first(behind)
        if course is not None and _NO_WORDS.fullmatch(behind[: course.start]):
            return False
        relative, person = others.last(before), self._phrases("female", "male", "person").last(before)
        if relative is None or _STOP.search(before[relative.end :]):
            return True
        return person is not None and person.start > relative.start

    def _around(self, span: Span) -> tuple[int, int]:
        """Return between which places words may stand that belong to what stands at ``span``."""
        sentence = self.note.sentence(span)
        return max(sentence.start, span.start - _NEAR), max(span.end, min(sentence.end, span.end + _NEAR))

    def _beside(self, span: Span, *keys: str) -> Span | None:
        """Return the nearest phrase of the lists ``keys`` around ``span``, that behind it first."""
        found = self._phrases(*keys).find(self.low, *self._around(span))
        return min(
            found, key=lambda each: (max(each.start - span.end, span.start - each.end), -each.start), default=None
        )

    def _lettered(self, age: Age) -> _Told | None:
        if age.letter is None:
            return None
        letter = self.low[age.letter.start : age.letter.end]
        return (Sex.FEMALE if letter in self._phrases("female-letters") else Sex.MALE), age.letter

    def _noun_beside(self, span: Span) -> _Told | None:
        noun = self._beside(span, "female", "male")
        if noun is None:
            return None
        return (Sex.FEMALE if self.low[noun.start : noun.end] in self._phrases("female") else Sex.MALE), noun

    def _answered(self) -> _Told | None:
        match = _answer(self.language).search(self.low)
        if match is None:
            return None
        sex = Sex.FEMALE if match["female"] else Sex.MALE
        return sex, Span(*match.span(sex.value.lower()))

    def _agreed(self, kind: str) -> _Told | None:
        """Return the sex that every noun or title of the note tells outside the family's history, by its first."""
        said = {sex: self._said(f"{sex.value.lower()}{kind}") for sex in Sex}
        [*told] = [(sex, spans[0]) for sex, spans in said.items() if spans]
        return told[0] if len(told) == 1 else None

    def _pronouns(self) -> _Told | None:
        said = {sex: self._said(f"{sex.value.lower()}-pronouns") for sex in Sex}
        most = max(said, key=lambda sex: len(said[sex]))
        total = sum(map(len, said.values()))
        return (most, said[most][0]) if total and len(said[most]) >= _AGREE * total else None

    def _said(self, key: str) -> Sequence[Span]:
        found = self._phrases(key).find(self.low)
        return [each for each in found if self.note.category(each) is not SectionCategory.FAMILY_HISTORY]

    def _phrases(self, *keys: str) -> Phrases:
        return phrases("demographics", self.language, *keys)


@cache
def _answer(language: str) -> re.Pattern[str]:
    """Return the pattern of a form that asks for the sex and has its answer: "Sexo: M"."""
    lists = word_lists("demographics", language)
    answers = "|".join(f"(?P<{sex}>{alternatives(lists[f'{sex}-answers'])})" for sex in ("female", "male"))
    return re.compile(rf"\b(?:{alternatives(lists['sex-labels'])})\s?[:=]\s?(?:{answers})\b")
