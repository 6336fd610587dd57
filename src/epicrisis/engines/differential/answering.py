"""Results that are no number: a test is positive or negative, in words or by the code of an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache

from epicrisis.domain.spans import Span
from epicrisis.engines.differential.knowledge.entries import Measure, Shows
from epicrisis.engines.differential.knowledge.reading import knowledge_base, tables, words_in
from epicrisis.engines.differential.matching import Phrasebook, Target
from epicrisis.engines.differential.wordlists import lists, phrases
from epicrisis.text.phrases import folded


class Told(StrEnum):
    """What a test says that has no number."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


# SNOMED CT: positive, detected, reactive, present. Of the codes of HL7 those that are words too: ND is "not done".
_POSITIVE = frozenset(["10828004", "260373001", "11214006", "52101004", "pos"])
_NEGATIVE = frozenset(["260385009", "260415000", "131194007", "2667000", "264868006", "neg"])
# What is longer tells more than one thing.
_LONGEST = 80


def told_by(words: str) -> Told | None:
    """Return what ``words`` say of a test, or the code that stands in their place; nothing where that is not plain."""
    low = " ".join(folded(words).split()).strip(" .,;:()[]*")
    if low in _POSITIVE:
        return Told.POSITIVE
    if low in _NEGATIVE:
        return Told.NEGATIVE
    if len(low) > _LONGEST or phrases("unsure").first(low):
        return None
    denied = list(phrases("negative").find(low))
    is_positive = any(not any(span.overlaps(each) for each in denied) for span in phrases("positive").find(low))
    if bool(denied) == is_positive:
        return None
    return Told.POSITIVE if is_positive else Told.NEGATIVE


class Answers:
    """Finds tests of one language that are said to be positive or negative: by what they are called when positive."""

    def __init__(self, measures: Iterable[Measure], named: Iterable[tuple[str, str]], language: str) -> None:
        loinc = dict[str, str]()
        for each in measures:
            if each.shows is Shows.POSITIVE:
                loinc.setdefault(each.finding, each.loinc)
        words = lists(language)
        called: dict[Target, list[str]] = {}
        self._book = Phrasebook({})
        self._told: dict[str, tuple[str, Told]] = {}
        for finding, phrase in named:
            name = _name(phrase, words["positive"]) if finding in loinc else ""
            if not name:
                continue
            for told in Told:
                target = Target(f"{loinc[finding]} {told}")
                self._told[target.id] = loinc[finding], told
                called.setdefault(target, []).append(name)
        for target, names in called.items():
            answers = words[self._told[target.id][1].value]
            self._book.add_every(target, (names, ("", *words["links"]), answers))

    def find(self, text: str) -> list[tuple[Span, str, Told]]:
        """Return where a test and its answer stand in ``text``, its code, and what it says."""
        found = []
        for match in self._book.find(text.replace(":", " ")):
            if len(match.targets) == 1:
                found.append((match.span, *self._told[match.targets[0].id]))
        return found


@cache
def answers(language: str) -> Answers:
    """Return what finds answers of ``language`` by the shipped tables, made once."""
    primary = language.partition("-")[0].lower()
    return Answers(knowledge_base().measures, words_in(tables(), primary), primary)


def _name(phrase: str, positive: Sequence[str]) -> str:
    """Return the test that ``phrase`` calls positive: "strep test" of "positive strep test"."""
    words = phrase.replace("-positive", " positive").split()
    if len(words) > 1 and words[-1] in positive:
        return " ".join(words[:-1])
    return " ".join(words[1:]) if len(words) > 1 and words[0] in positive else ""
