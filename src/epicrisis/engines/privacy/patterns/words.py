"""What the patterns read: labels and words by language, names, places and look-alikes, from the TOML beside this."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.errors import InvalidWordList, UnknownLanguage
from epicrisis.text.characters import unaccented

LANGUAGES = ("en", "es")
VALUES = ("code", "date", "line", "login", "name", "organization", "phone")
_LABEL_KEYS = {"kind", "sub", "value", "words", "digits", "groups", "colon"}


@dataclass(frozen=True, slots=True)
class Label:
    """Words that name the kind of what follows: "MRN:", "Nombre:"."""

    kind: IdentifierKind
    value: str
    words: tuple[str, ...]
    sub: str | None = None
    digits: int = 3
    groups: bool = False
    colon: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """Given names, those among them that are everyday words too, surnames, and the small words inside a name."""

    given: frozenset[str]
    ambiguous: frozenset[str]
    surnames: frozenset[str]
    particles: frozenset[str]

    @property
    def sure(self) -> frozenset[str]:
        """Return the given names that are names wherever they stand in capitals."""
        return self.given - self.ambiguous


@dataclass(frozen=True, slots=True)
class Words:
    """The labels and word lists of one language."""

    labels: tuple[Label, ...]
    lists: Mapping[str, frozenset[str]]
    phrases: Mapping[str, Mapping[str, tuple[tuple[str, ...], ...]]] = field(default_factory=dict)
    label_words: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "label_words", frozenset(each for label in self.labels for each in label.words))

    def __getitem__(self, name: str) -> frozenset[str]:
        return self.lists[name]

    def follows(self, name: str, keys: Sequence[str], at: int) -> int:
        """Return where the longest phrase of list ``name`` ends that begins with word ``at``; 0 where none does."""
        for phrase in self.phrases[name].get(keys[at], ()):
            if tuple(keys[at : at + len(phrase)]) == phrase:
                return at + len(phrase)
        return 0


@cache
def words(language: str) -> Words:
    """Return the words of ``language``; a region is left aside ("es-MX" reads as "es").

    Raises:
        UnknownLanguage: there are none for that language.
        InvalidWordList: a file breaks its own rules.
    """
    primary = language.partition("-")[0].lower()
    if primary not in LANGUAGES:
        raise UnknownLanguage(
            f"The identifier engine 'patterns' does not read {language!r}; it reads {list(LANGUAGES)}."
        )
    return read_words(f"{primary}.toml", _content(f"{primary}.toml"))


@cache
def names() -> Names:
    """Return the names people are given and inherit."""
    table = tabled("names.toml", _content("names.toml"))
    return Names(*(frozenset(table[key].split()) for key in ("given", "ambiguous", "surnames", "particles")))


@cache
def places() -> Mapping[str, frozenset[str]]:
    """Return the places and hospitals known by name, by list."""
    return MappingProxyType(
        {key: frozenset(value) for key, value in tabled("places.toml", _content("places.toml")).items()}
    )


def read_words(file: str, content: str) -> Words:
    """Return the labels and lists in ``content``.

    Raises:
        InvalidWordList: it breaks the rules; the message names the file and the list.
    """
    table = tabled(file, content)
    lists = {name: frozenset(listed) for name, listed in table["lists"].items()}
    return Words(
        tuple(_label(file, entry) for entry in table["labels"]),
        MappingProxyType(lists),
        MappingProxyType({name: by_first_word(listed) for name, listed in lists.items()}),
    )


def tabled(file: str, content: str) -> dict[str, Any]:
    """Return the table in ``content``, which must say its ``source`` and hold each list sorted, in small letters, once.

    Raises:
        InvalidWordList: it does not.
    """
    try:
        table = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise InvalidWordList(f"{file}: {error}") from error
    if not str(table.pop("source", "")).strip():
        raise InvalidWordList(f"{file}: no `source`; say where the words come from.")
    for name, listed in _lists(table):
        for before, word in pairwise(listed):
            if not before < word:
                raise InvalidWordList(
                    f"{file}: `{name}` has {word!r} after {before!r}; keep it sorted, each word once."
                )
        for word in listed:
            if not word.strip() or (name != "codes" and word != unaccented(word.casefold())):
                raise InvalidWordList(f"{file}: `{name}` has {word!r}; write it small and without accents.")
    return table


def by_first_word(phrases: Sequence[str] | frozenset[str]) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Return ``phrases`` cut into words, by their first one and the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        # As the page cuts them: marks stand alone, apostrophes and hyphens do not.
        cut = tuple(part for word in phrase.split() for part in _parts(word))
        found.setdefault(cut[0], []).append(cut)
    return {first: tuple(sorted(own, key=lambda cut: (-len(cut), cut))) for first, own in found.items()}


def _parts(word: str) -> list[str]:
    parts = [""]
    for character in word:
        if character.isalpha() or (character in "'-" and parts[-1][-1:].isalpha()):
            if parts[-1] and not parts[-1][-1].isalpha() and parts[-1][-1] not in "'-":
                parts.append("")
            parts[-1] += character
        elif character.isdecimal() and parts[-1].isdecimal():
            parts[-1] += character
        else:
            parts.append(character)
    return [part for part in parts if part and part != "."]


def _lists(table: Mapping[str, Any]) -> list[tuple[str, Sequence[str]]]:
    found: list[tuple[str, Sequence[str]]] = []
    for name, value in table.items():
        if isinstance(value, str):
            found.append((name, value.split()))
        elif isinstance(value, Mapping):
            found += _lists(value)
        elif value and isinstance(value[0], Mapping):
            for number, entry in enumerate(value):
                listed = entry.get("words", ())
                found.append((f"{name}[{number}]", listed.split() if isinstance(listed, str) else sorted(listed)))
        else:
            found.append((name, value))
    return found


def _label(file: str, entry: Mapping[str, Any]) -> Label:
    unknown = set(entry) - _LABEL_KEYS
    if unknown or entry.get("value") not in VALUES or not entry.get("words"):
        raise InvalidWordList(f"{file}: a label needs words and a value of {list(VALUES)}; found {sorted(entry)}.")
    return Label(**{**entry, "kind": IdentifierKind(entry["kind"]), "words": tuple(entry["words"])})


def _content(file: str) -> str:
    return (files(__name__.rpartition(".")[0]) / "words" / file).read_text(encoding="utf-8")
