"""The words around the words of a record, by language: what joins, what claims, and what counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from epicrisis.engines.summary.verifying.tokens import stems
from epicrisis.errors import UnknownLanguage
from epicrisis.text.wordlists import parsed

LANGUAGES = ("en", "es")


class Cue(StrEnum):
    """What words claim of the things beside them; the name of each is the key of its list."""

    NEGATION = "negation"
    PAST = "past"
    POSSIBLE = "possible"
    FAMILY = "family"
    STOPPED = "stopped"
    STARTED = "started"
    HELD = "held"
    RESUMED = "resumed"
    NEW = "new"
    RECURRED = "recurred"
    PLANNED = "planned"
    HIGH = "high"
    LOW = "low"
    OUT = "out"
    NORMAL = "normal"
    LEFT = "left"
    ENTERED = "entered"
    UP = "up"
    DOWN = "down"
    STEADY = "steady"
    ACTIVE = "active"
    DEAD = "dead"
    BECAUSE = "because"
    # What kind of thing something is.
    ALLERGY = "allergy"
    PROBLEM = "problem"
    DRUG = "drug"
    TEST = "test"
    PROCEDURE = "procedure"
    VACCINE = "vaccine"
    VISIT = "visit"
    CHANGE = "change"
    SOCIAL = "social"


KINDS = frozenset(
    (Cue.PROBLEM, Cue.DRUG, Cue.TEST, Cue.PROCEDURE, Cue.VACCINE, Cue.VISIT, Cue.CHANGE, Cue.SOCIAL, Cue.ALLERGY)
)
TRENDS = frozenset((Cue.UP, Cue.DOWN, Cue.STEADY))
FLAGS = frozenset((Cue.HIGH, Cue.LOW, Cue.OUT, Cue.NORMAL))

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language, as stems; ``cues`` has every cue a phrase may stand for, by its first word."""

    glue: frozenset[str]
    verbs: frozenset[str]
    turns: frozenset[Phrase]
    joins: frozenset[Phrase]
    purpose: frozenset[str]
    start: frozenset[str]
    end: frozenset[str]
    old: frozenset[str]
    years: frozenset[str]
    female: frozenset[str]
    male: frozenset[str]
    recorded: frozenset[Phrase]
    any_kin: frozenset[str]
    months: Mapping[str, int]
    numbers: Mapping[str, int]
    cues: Mapping[str, tuple[tuple[Phrase, frozenset[Cue]], ...]]
    """The longest first."""


@cache
def lexicon_of(language: str) -> Lexicon:
    """Return the words of ``language``; a region is left aside.

    Raises:
        UnknownLanguage: there are none.
        InvalidWordList: a list breaks its own rules.
    """
    primary = language.partition("-")[0].lower()
    if primary not in LANGUAGES:
        raise UnknownLanguage(f"No summary is checked in {language!r}; try one of {list(LANGUAGES)}.")
    lists = _read(f"{primary}.toml")

    def words(key: str) -> frozenset[str]:
        return frozenset(stem for word in lists[key] for stem in stems(word))

    def phrases(key: str) -> frozenset[Phrase]:
        return frozenset(stems(word) for word in lists[key])

    def counted(key: str) -> dict[str, int]:
        return {
            stems(word)[0]: int(name.rpartition("_")[2])
            for name, some in lists.items()
            if name.startswith(key)
            for word in some
        }

    return Lexicon(
        glue=words("glue"),
        verbs=words("verbs"),
        turns=phrases("turns"),
        joins=phrases("joins"),
        purpose=words("purpose"),
        start=words("start"),
        end=words("end"),
        old=words("old"),
        years=words("years"),
        female=words("female"),
        male=words("male"),
        recorded=phrases("recorded"),
        any_kin=words("any_kin"),
        months=counted("month_"),
        numbers=counted("number_"),
        cues=_cues({cue: phrases(cue.value) for cue in Cue}),
    )


def _cues(lists: Mapping[Cue, frozenset[Phrase]]) -> dict[str, tuple[tuple[Phrase, frozenset[Cue]], ...]]:
    by_phrase: dict[Phrase, set[Cue]] = {}
    for cue, phrases in lists.items():
        for phrase in phrases:
            by_phrase.setdefault(phrase, set()).add(cue)
    by_first: dict[str, list[tuple[Phrase, frozenset[Cue]]]] = {}
    for phrase, cues in by_phrase.items():
        by_first.setdefault(phrase[0], []).append((phrase, frozenset(cues)))
    return {first: tuple(sorted(some, key=lambda each: -len(each[0]))) for first, some in by_first.items()}


def _read(name: str) -> Mapping[str, tuple[str, ...]]:
    return parsed(name, (files("epicrisis.engines.summary.verifying") / "words" / name).read_text(encoding="utf-8"))
