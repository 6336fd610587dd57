"""What a name is made of, in the ways names are written: titles, given and family names, initials."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from importlib.resources import files

from epicrisis.text.characters import unaccented
from epicrisis.text.wordlists import parsed

FEMALE, MALE, FAMILY = "female", "male", "family"
USUAL = {"es": "spanish"}
_USUAL = "english"
# Cultures whose people have two family names, the first of them the one they are called by.
_TWO_FAMILY_NAMES = frozenset({"spanish"})

_WORD = re.compile(
    r"(?P<word>[^\W\d_][^\W\d_\u0300-\u036f\u0301]*(?:[\u0300-\u036f]+[^\W\d_]*)*"
    r"(?:['\u2019](?!s\b)[^\W\d_]+)*)(?:['\u2019]s\b)?"
)


_ONLY_SPANISH_TITLES = frozenset({"d", "don"})
_LONGEST_TITLE = 14
_TITLE = re.compile(r"\b([^\W\d_]+)\.?[ \t]{1,2}$")


class Role(Enum):
    """What a word of a name does in it."""

    GIVEN = auto()
    FAMILY = auto()
    INITIAL = auto()
    STAYS = auto()
    """A title, a particle or a suffix: it names nobody."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a name: where it stands in it, how it is looked up, and what it does."""

    start: int
    end: int
    word: str
    role: Role


@dataclass(frozen=True, slots=True)
class Name:
    """A name as one mention writes it; ``gender`` is what its title tells."""

    parts: tuple[Part, ...]
    gender: str | None = None

    def words(self, role: Role) -> list[str]:
        """Return its words of that role, as they are looked up."""
        return [part.word for part in self.parts if part.role is role]


@dataclass(frozen=True, slots=True)
class Culture:
    """The names of one culture."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]


@cache
def cultures() -> Mapping[str, Culture]:
    """Return the cultures whose names we know."""
    folder = files("epicrisis.engines.privacy") / "names"
    found = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            found[file.name.removesuffix(".toml")] = Culture(**parsed(file.name, file.read_text(encoding="utf-8")))
    return found


def culture_of(given: Sequence[str], family: Sequence[str], language: str) -> str:
    """Return the culture most of the words speak for; where none does, that of the language of the note."""
    usual = USUAL.get(language, _USUAL)
    votes = dict.fromkeys(cultures(), 0.0)
    # A family name tells more than a given one: there are Annas everywhere.
    for words, kinds, weight in ((given, (FEMALE, MALE), 1.0), (family, (FAMILY,), 1.5)):
        for culture, _ in {pair for word in words for kind in kinds for pair in _index().get((kind, word), ())}:
            votes[culture] += weight
    return max(votes, key=lambda culture: (votes[culture], culture == usual, culture))


def gender_of(given: Sequence[str]) -> str | None:
    """Return the gender the first given name tells, or ``None`` where it tells none, or either."""
    told = {kind for kind in (FEMALE, MALE) if given and (kind, given[0]) in _index()}
    return told.pop() if len(told) == 1 else None


def gender_before(text: str, start: int) -> str | None:
    """Return the gender a title right before a name tells: "Mrs." is no part of what was found behind it."""
    title = _TITLE.search(text[max(0, start - _LONGEST_TITLE) : start])
    small = _small(title[1]) if title else ""
    return next((kind for kind in (FEMALE, MALE) if small in _title_lists()[kind]), None)


def name_of(text: str, language: str, *, gender_told: str | None = None) -> Name:
    """Return what ``text`` is made of; ``gender_told`` is what stands before it tells, where it does."""
    words = [(match.start("word"), match.end("word"), _small(match["word"])) for match in _WORD.finditer(text)]
    stays, gender = _titles(text, words, language)
    gender = gender or gender_told
    initials = {
        number
        for number, (start, end, word) in enumerate(words)
        if len(word) == 1 and number not in stays and (text[end : end + 1] == "." or text[start].isupper())
    }
    core = [number for number in range(len(words)) if number not in stays and number not in initials]
    comma = text.find(",")
    before = [number for number in core if words[number][1] <= comma]
    if before and len(before) < len(core):
        given = set(core) - set(before)
    else:
        given = set(core[: _given(core, [words[number][2] for number in core], language, titled=bool(gender))])
    roles = {
        number: Role.STAYS
        if number in stays
        else Role.INITIAL
        if number in initials
        else Role.GIVEN
        if number in given
        else Role.FAMILY
        for number in range(len(words))
    }
    return Name(tuple(Part(*word, role=roles[number]) for number, word in enumerate(words)), gender)


def _titles(text: str, words: Sequence[tuple[int, int, str]], language: str) -> tuple[set[int], str | None]:
    """Return which of ``words`` of ``text`` stay, and the gender they tell."""
    lists = _title_lists()
    stays: set[int] = set()
    gender, first = None, True
    for number, (start, _, word) in enumerate(words):
        before = text[words[number - 1][1] : start] if number else ""
        if first and _is_title(word, language):
            gender = gender or next((kind for kind in (FEMALE, MALE) if word in lists[kind]), None)
            stays.add(number)
        elif _is_particle(word, small=text[start].islower(), last=number + 1 == len(words)) or (
            number and _is_suffix(word, language, behind_comma="," in before)
        ):
            stays.add(number)
        first = first and number in stays
    # A title alone names nobody, so it is none: somebody was found.
    return (stays, gender) if len(stays) < len(words) else (set(), None)


def _is_title(word: str, language: str) -> bool:
    # "Don Smith" is called Donald, and "D. Smith" has an initial; "Don Antonio" and "D. Antonio" have a title.
    known = any(word in _title_lists()[kind] for kind in (FEMALE, MALE, "any"))
    return known and (language == "es" or word not in _ONLY_SPANISH_TITLES)


def _is_particle(word: str, *, small: bool, last: bool) -> bool:
    lists = _title_lists()
    return not last and (word in lists["particle"] or (small and word in lists["particle_small"]))


def _is_suffix(word: str, language: str, *, behind_comma: bool) -> bool:
    # "Jinwoo Do" is no doctor of osteopathy, "Jane Roe, DO" is one.
    known = word in _title_lists()["suffix"] or (language == "en" and word == "sr")
    return known and (behind_comma or (FAMILY, word) not in _index())


def _given(core: Sequence[int], words: Sequence[str], language: str, *, titled: bool) -> int:
    """Return how many of the words of a name, in the order they stand in, are given names."""
    if len(core) < 2:
        known = [any((kind, word) in _index() for kind in (FEMALE, MALE)) for word in words]
        surname = [(FAMILY, word) in _index() for word in words]
        return int(known == [True] and (surname == [False] or not titled))
    if len(core) == 2:
        return 1
    if culture_of(words[:1], words[1:], language) not in _TWO_FAMILY_NAMES:
        return len(core) - 1
    second_is_given = (
        any((kind, words[1]) in _index() for kind in (FEMALE, MALE)) and (FAMILY, words[1]) not in _index()
    )
    return len(core) - 2 if len(core) > 3 else 1 + second_is_given


@cache
def _index() -> Mapping[tuple[str, str], tuple[tuple[str, str], ...]]:
    """Return who uses a word as what: (kind, word) to pairs of culture and kind."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for culture, lists in cultures().items():
        for kind, words in ((FEMALE, lists.female), (MALE, lists.male), (FAMILY, lists.family)):
            for word in words:
                found.setdefault((kind, _small(word)), []).append((culture, kind))
    return {key: tuple(pairs) for key, pairs in found.items()}


@cache
def _title_lists() -> Mapping[str, frozenset[str]]:
    content = (files("epicrisis.engines.privacy") / "words" / "titles.toml").read_text(encoding="utf-8")
    return {key: frozenset(words) for key, words in parsed("titles.toml", content).items()}


def _small(word: str) -> str:
    return unaccented(word).casefold()
