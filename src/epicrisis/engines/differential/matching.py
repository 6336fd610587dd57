"""Words as findings: what people and clinicians call each finding and condition, found where it stands in a text.

A phrase is found as it stands, the longest first, whatever its accents, case, plurals and articles; abbreviations keep
their case ("SOB" is no sob). A symptom that stands alone, as in a list, may also be told in nearly the same words.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from epicrisis.domain.spans import Span
from epicrisis.engines.codes.hpo.letters import Letters
from epicrisis.engines.differential.knowledge.reading import LANGUAGES
from epicrisis.text.phrases import folded
from epicrisis.text.wordlists import parsed

# A number is one word with its decimals, and so is what compares: "Hb 7.9" is no "Hb < 7".
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:'[^\W_]+)*|[<>]=?|[≤≥]")
# From ten on what is behind the point means nothing.
_DECIMALS = re.compile(r"(?<![\d.])([1-9]\d{1,2})\.\d{1,2}(?![\d.])")
_COMPARES = {"≤": "<=", "≥": ">="}
# What stands between two words of a phrase: never the end of a sentence or of an item.
_GAP = re.compile(r"[\s/’'()-]{0,3}")
_LONGEST = 12
_MOST_CAPITALS = 6
# How alike the words of a symptom and of a phrase are, at least, to mean the same; chosen on phrases held out in turn.
ALIKE = 0.8
# How much more what is said counts than what a phrase asks for (van Rijsbergen 1979, chapter 7).
_BETA = 0.9


@cache
def every(name: str) -> frozenset[str]:
    """Return the words of the lists ``name`` in all languages: a note may mix them."""
    return frozenset(folded(word) for language in LANGUAGES for word in lists(language)[name])


@cache
def lists(language: str) -> Mapping[str, tuple[str, ...]]:
    """Return the word lists of ``language`` by their name.

    Raises:
        InvalidWordList: they break the rules of all lists.
    """
    file = f"{language}.toml"
    return parsed(file, (files(__package__) / "words" / file).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Target:
    """What a phrase means: a finding, or a condition somebody has or had."""

    id: str
    is_condition: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What stands at ``span``, and how alike it is to what it is called (1 where it is called just that).

    An illness somebody has is a condition, and a finding for others.
    """

    span: Span
    targets: tuple[Target, ...]
    likeness: float = 1.0


@dataclass(frozen=True, slots=True)
class _Word:
    span: Span
    form: str
    has_capitals: bool


class Phrasebook:
    """What things are called in one language, by the words of each name."""

    def __init__(self, phrases: Mapping[Target, Iterable[str]]) -> None:
        self._targets: dict[str, tuple[Target, ...]] = {}
        # By the words of an abbreviation: which of them are capitals.
        self._capitals: dict[str, tuple[bool, ...]] = {}
        self._longest: dict[str, int] = {}
        # Made when it is first needed.
        self._search: _Search | None = None
        for target, named in phrases.items():
            self.add(target, named)

    def add(self, target: Target, phrases: Iterable[str]) -> None:
        """Call ``target`` by ``phrases`` too."""
        for phrase in phrases:
            self._add(phrase, target)

    def find(self, text: str, *, keeps_case: bool = True) -> list[Match]:
        """Return what is named in ``text``, in its order, none overlapping another; the longest name wins.

        Where not ``keeps_case``, abbreviations are found in small letters too.
        """
        words, found, at = list(_words(text)), list[Match](), 0
        while at < len(words):
            length, targets = self._at(text, words, at, keeps_case)
            if not targets:
                at += 1
                continue
            found.append(Match(Span(words[at].span.start, words[at + length - 1].span.end), targets))
            at += length
        return found

    def nearest(self, text: str) -> Match | None:
        """Return what a symptom that stands alone means, where it is told in nearly the words of a phrase."""
        words = list(_words(text))
        if self._search is None or self._search.size != len(self._targets):
            self._search = _Search(self._targets)
        found = self._search.nearest([each.form for each in words])
        if found is None:
            return None
        key, likeness = found
        return Match(Span(words[0].span.start, words[-1].span.end), self._targets[key], likeness)

    def meaning(self, phrase: str) -> tuple[Target, ...]:
        """Return what is called exactly ``phrase``."""
        return self._targets.get(_key(_words(phrase)), ())

    def _add(self, phrase: str, target: Target) -> None:
        words = list(_words(phrase))
        if not words or len(words) > _LONGEST:
            return
        key = _key(words)
        if target not in self._targets.get(key, ()):
            self._targets[key] = (*self._targets.get(key, ()), target)
        if any(each.has_capitals for each in words):
            self._capitals.setdefault(key, tuple(each.has_capitals for each in words))
        self._longest[words[0].form] = max(len(words), self._longest.get(words[0].form, 0))

    def _at(self, text: str, words: Sequence[_Word], at: int, keeps_case: bool) -> tuple[int, tuple[Target, ...]]:
        most = min(self._longest.get(words[at].form, 0), len(words) - at)
        for before in range(at + 1, at + most):
            between = text[words[before - 1].span.end : words[before].span.start]
            if not _GAP.fullmatch(between) and not _is_articles(between):
                most = before - at
                break
        for length in range(most, 0, -1):
            key = _key(words[at : at + length])
            if key not in self._targets:
                key = _whole(key)
            targets = self._targets.get(key, ())
            if targets and (not keeps_case or self._fits(key, words[at : at + length])):
                return length, targets
        return 0, ()

    def _fits(self, key: str, words: Sequence[_Word]) -> bool:
        capitals = self._capitals.get(key, ())
        return all(word.has_capitals for word, needed in zip(words, capitals, strict=False) if needed)


class _Search:
    """The phrases that share the weightiest words with what is said."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = list(keys)
        self.size = len(self._keys)
        split = [key.split(" ") for key in self._keys]
        counts = Counter(word for words in split for word in set(words))
        self._weights = {word: math.log(1 + len(split) / count) for word, count in counts.items()}
        self._measured = {number: frozenset(words) for number, words in enumerate(split) if any(map(_is_figure, words))}
        self._holding: dict[str, list[int]] = {}
        for number, words in enumerate(split):
            for word in set(words):
                self._holding.setdefault(word, []).append(number)
        self._whole = [sum(self._weights[word] for word in set(words)) for words in split]
        self._vocabulary = sorted(counts)
        self._letters: Letters | None = None
        self._unknown = max(self._weights.values(), default=0.0)

    def nearest(self, words: Sequence[str]) -> tuple[str, float] | None:
        """Return the phrase whose words are most like ``words``, and how alike; none where it is not alike enough."""
        said = {self._spelled(word) for word in words}
        whole = sum(self._weights.get(word, self._unknown) for word in said)
        shared: dict[int, float] = {}
        for word in said:
            for number in self._holding.get(word, ()):
                shared[number] = shared.get(number, 0.0) + self._weights[word]
        best, highest = None, 0.0
        for number, weight in shared.items():
            # What has a number is named by all its words: "RR 20" is neither "RR > 20" nor "RR over 20".
            if number in self._measured and not self._measured[number] <= said:
                continue
            recall, precision = weight / whole, weight / self._whole[number]
            alike = (1 + _BETA**2) * recall * precision / (_BETA**2 * precision + recall)
            if alike > highest:
                best, highest = number, alike
        return None if best is None or highest < ALIKE else (self._keys[best], min(highest, 1.0))

    def _spelled(self, word: str) -> str:
        if word in self._weights or not word.isalpha():
            return word
        if self._letters is None:
            self._letters = Letters(self._vocabulary)
        found = self._letters.nearest(word)
        return word if found is None else self._vocabulary[found[0]]


def _words(text: str) -> Iterator[_Word]:
    low, before, articles, lettered = folded(text), "", every("articles"), every("lettered")
    shouts = text.isupper() and " " in text
    for match in _WORD.finditer(low):
        written = text[match.start() : match.end()]
        # "Hepatitis A" is no hepatitis with an article, and "old MI" is nothing old of mine.
        shortened = written.isupper() and len(written) > 1 and not shouts
        if match[0] in articles and before not in lettered and not shortened:
            continue
        before = match[0]
        has_capitals = written.isupper() and len(written) <= _MOST_CAPITALS
        form = _COMPARES.get(match[0]) or match[0].replace(",", ".")
        yield _Word(Span(*match.span()), _singular(form), has_capitals)


def _whole(key: str) -> str:
    """Return ``key`` with whole numbers, "fever of 39" of "fever of 39.5", where nothing bounds them."""
    if "." not in key or not every("bounding").isdisjoint(key.split(" ")):
        return key
    return _DECIMALS.sub(r"\1", key)


def _is_figure(word: str) -> bool:
    return word[0].isdigit() or word[0] in "<>"


def _key(words: Iterable[_Word]) -> str:
    return " ".join(each.form for each in words)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _is_articles(between: str) -> bool:
    words = folded(between).split()
    return bool(words) and every("articles").issuperset(words)
