"""Words as findings: what people and clinicians call each finding and condition, found where it stands in a text.

A phrase is found as it stands, the longest first, whatever its accents, case, plurals and articles; abbreviations keep
their case ("SOB" is no sob). Words that say only how much or how long may stand within it ("chest pain worse on
exertion"), and two phrases may share words ("crushing chest pain radiating to the arm"). A symptom that stands alone,
as in a list, may also be told in nearly the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product

from epicrisis.domain.spans import Span
from epicrisis.engines.differential.searching import Search
from epicrisis.engines.differential.wordlists import every
from epicrisis.text.phrases import folded

# A number is one word with its decimals, and so is what compares: "Hb 7.9" is no "Hb < 7".
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:'[^\W_]+)*|[<>]=?|[≤≥]")
# From ten on what is behind the point means nothing.
_DECIMALS = re.compile(r"(?<![\d.])([1-9]\d{1,2})\.\d{1,2}(?![\d.])")
_COMPARES = {"≤": "<=", "≥": ">="}
# What stands between two words of a phrase: never the end of a sentence or of an item.
_GAP = re.compile(r"[\s/’'()-]{0,3}")
_LONGEST = 12
# How many words that say no finding may stand within a phrase.
_MOST_FILLING = 4
# In small letters shorter abbreviations are seldom meant: "asthma as a child".
_SHORTEST_IN_A_LIST = 3
_MOST_CAPITALS = 6


@dataclass(frozen=True, slots=True)
class Target:
    """What a phrase means: a finding, or a condition somebody has or had."""

    id: str
    is_condition: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What stands at ``span``, and how alike it is to what it is called (1 where it is called just that).

    An illness somebody has is a condition, and a finding for others. What ``is_denied`` is said not to be there by its
    own words: "afebrile", "non-smoker".
    """

    span: Span
    targets: tuple[Target, ...]
    likeness: float = 1.0
    is_denied: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    span: Span
    form: str
    has_capitals: bool
    # Whether it is a word of the language before it is an abbreviation: "does" is no DOE.
    is_plain: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands from one word to before ``end``, by the ``length`` of the words that name it."""

    end: int
    length: int
    targets: tuple[Target, ...]


class Phrasebook:
    """What things are called in one language, by the words of each name."""

    def __init__(self, phrases: Mapping[Target, Iterable[str]]) -> None:
        self._targets: dict[str, tuple[Target, ...]] = {}
        # By the words of an abbreviation: which of them are capitals.
        self._capitals: dict[str, tuple[bool, ...]] = {}
        self._longest: dict[str, int] = {}
        # Made when it is first needed.
        self._search: Search | None = None
        for target, named in phrases.items():
            self.add(target, named)

    def add(self, target: Target, phrases: Iterable[str]) -> None:
        """Call ``target`` by ``phrases`` too."""
        for phrase in phrases:
            self._add([(each.form, each.has_capitals) for each in _words(phrase)], target)

    def add_every(self, target: Target, parts: Iterable[Iterable[str]]) -> None:
        """Call ``target`` too by whatever takes one of each of ``parts``, in their order; each is read once."""
        read = [[[(each.form, each.has_capitals) for each in _words(phrase)] for phrase in part] for part in parts]
        for words in product(*read):
            self._add([*chain(*words)], target)

    def find(self, text: str, *, keeps_case: bool = True) -> list[Match]:
        """Return what is named in ``text``, in its order, none overlapping another; the longest name wins.

        Where not ``keeps_case``, abbreviations are found in small letters too.
        """
        words, found, at = list(_words(text)), list[Match](), 0
        while at < len(words):
            told = self._longest_at(text, words, at, keeps_case=keeps_case)
            if told is not None:
                end, targets = self._sharing(text, words, at, told, keeps_case)
                found.append(Match(Span(words[at].span.start, words[end - 1].span.end), targets))
                at = end
                continue
            denied = self._denied_at(text, words, at)
            if denied is not None:
                found.append(denied)
                at += 2 if denied.span.end > words[at].span.end else 1
                continue
            at += 1
        return found

    def nearest(self, text: str, *, is_whole: bool = False) -> Match | None:
        """Return what a symptom that stands alone means, where it is told in nearly the words of a phrase.

        Where ``is_whole``, no word of the phrase is left out that says anything.
        """
        words = list(_words(text))
        if self._search is None or self._search.size != len(self._targets):
            self._search = Search(self._targets)
        found = self._search.nearest([each.form for each in words], is_whole=is_whole)
        if found is None:
            return None
        key, likeness = found
        return Match(Span(words[0].span.start, words[-1].span.end), self._targets[key], likeness)

    def meaning(self, phrase: str) -> tuple[Target, ...]:
        """Return what is called exactly ``phrase``."""
        return self._targets.get(_key(_words(phrase)), ())

    def _add(self, words: Sequence[tuple[str, bool]], target: Target) -> None:
        """Call ``target`` by words as they are looked up, each with whether it is an abbreviation."""
        key = " ".join(form for form, _ in words)
        # A letter alone marks a result, or a name: "5.9 (H)", "H. pylori".
        if len(key) < 2 or len(words) > _LONGEST:
            return
        if target not in self._targets.get(key, ()):
            self._targets[key] = (*self._targets.get(key, ()), target)
        if any(has_capitals for _, has_capitals in words):
            self._capitals.setdefault(key, tuple(has_capitals for _, has_capitals in words))
        first, _ = words[0]
        self._longest[first] = max(len(words), self._longest.get(first, 0))

    def _longest_at(self, text: str, words: Sequence[_Word], at: int, *, keeps_case: bool) -> _Found | None:
        """Return the longest name that begins at a word, read with and without the words that say no finding."""
        most = self._longest.get(words[at].form, 0)
        if not most:
            return None
        near = _together(text, words, at, most + _MOST_FILLING)
        alone = at == 0 and near == len(words)
        plain = self._named(words[at:near], most, alone, keeps_case)
        filling = every("filling")
        kept = [number for number in range(at, near) if number == at or words[number].form not in filling]
        if len(kept) == near - at:
            return None if plain is None else _Found(at + plain[0], *plain)
        sparse = self._named([words[number] for number in kept], most, alone, keeps_case)
        if sparse is not None and (plain is None or sparse[0] > plain[0]):
            return _Found(kept[sparse[0] - 1] + 1, *sparse)
        return None if plain is None else _Found(at + plain[0], *plain)

    def _sharing(
        self, text: str, words: Sequence[_Word], at: int, told: _Found, keeps_case: bool
    ) -> tuple[int, tuple[Target, ...]]:
        """Return the end of what is ``told`` at a word and of what shares its last words, and what all of it means."""
        end, targets = told.end, told.targets
        # The words between were left out where the name was read without them: "unilateral throbbing headache".
        sparse = told.length < told.end - at
        for other in range(at + 1, told.end):
            beside = self._longest_at(text, words, other, keeps_case=keeps_case)
            if beside is None or beside.length < 2:
                continue
            if beside.end > told.end or (sparse and beside.end == told.end):
                end = max(end, beside.end)
                targets += tuple(each for each in beside.targets if each not in targets)
                break
        return end, targets

    def _named(
        self, words: Sequence[_Word], most: int, alone: bool, keeps_case: bool
    ) -> tuple[int, tuple[Target, ...]] | None:
        for length in range(min(most, len(words)), 0, -1):
            key = _key(words[:length])
            if key not in self._targets:
                key = _whole(key)
            targets = self._targets.get(key, ())
            if targets and self._fits(key, words[:length], alone and length == len(words), keeps_case):
                return length, targets
        return None

    def _fits(self, key: str, words: Sequence[_Word], alone: bool, keeps_case: bool) -> bool:
        """Return whether ``words`` are written as abbreviations where ``key`` has some."""
        for word, needed in zip(words, self._capitals.get(key, ()), strict=False):
            if not needed or (word.has_capitals and not word.is_plain):
                continue
            if keeps_case or word.is_plain or not (alone or len(word.form) >= _SHORTEST_IN_A_LIST):
                return False
        return True

    def _denied_at(self, text: str, words: Sequence[_Word], at: int) -> Match | None:
        """Return what a word denies by its beginning, or a prefix before it: "afebrile", "non-bloody diarrhea"."""
        word = words[at]
        if word.form in every("prefixes") and _together(text, words, at, 2) > at + 1:
            behind = self._longest_at(text, words, at + 1, keeps_case=True)
            if behind is not None:
                return Match(Span(word.span.start, words[at + 1].span.end), behind.targets, is_denied=True)
        if word.form in every("denying"):
            for prefix in every("contraries"):
                targets = self._targets.get(word.form.removeprefix(prefix), ())
                if targets and word.form.startswith(prefix):
                    return Match(word.span, targets, is_denied=True)
        return None


def _words(text: str) -> Iterator[_Word]:
    low, before, articles, lettered = folded(text), "", every("articles"), every("lettered")
    shouts, plain = text.isupper() and " " in text, every("plain")
    for match in _WORD.finditer(low):
        written = text[match.start() : match.end()]
        # "Hepatitis A" is no hepatitis with an article, and "old MI" is nothing old of mine.
        shortened = written.isupper() and len(written) > 1 and not shouts
        # The letter behind a stroke belongs to an abbreviation: "H/A".
        shortened = shortened or (len(written) == 1 and text[match.start() - 1 : match.start()] == "/")
        if match[0] in articles and before not in lettered and not shortened:
            continue
        before = match[0]
        has_capitals = written.isupper() and len(written) <= _MOST_CAPITALS
        form = _COMPARES.get(match[0]) or match[0].replace(",", ".")
        is_plain = match[0] in plain and (shouts or not written.isupper())
        yield _Word(Span(*match.span()), _singular(form), has_capitals, is_plain)


def _whole(key: str) -> str:
    """Return ``key`` with whole numbers, "fever of 39" of "fever of 39.5", where nothing bounds them."""
    if "." not in key or not every("bounding").isdisjoint(key.split(" ")):
        return key
    return _DECIMALS.sub(r"\1", key)


def _key(words: Iterable[_Word]) -> str:
    return " ".join(each.form for each in words)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _together(text: str, words: Sequence[_Word], at: int, most: int) -> int:
    """Return before which word, at most so many from ``at`` on, no end of a sentence or an item stands."""
    for before in range(at + 1, min(at + most, len(words))):
        between = text[words[before - 1].span.end : words[before].span.start]
        if not _GAP.fullmatch(between) and not _is_articles(between):
            return before
    return min(at + most, len(words))


def _is_articles(between: str) -> bool:
    words = folded(between).split()
    return bool(words) and every("articles").issuperset(words)
