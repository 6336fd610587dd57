"""From texts to the evidence we ship: how many times as often one language has a word, or three letters, as the other.

Words of the corpora are counted, and no words of a note are kept but those that two corpora share.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from epicrisis.text.language import threes_of, weight_of_letters, words_of
from epicrisis_lab.language.texts import Told

LANGUAGES = ("en", "es")
# Seen less often, a word may be a name, or a slip of the pen.
_SEEN, _CORPORA = 20, 2
_MOST_WORDS, _MOST_LETTERS = 2_000, 1_500
_HEAVIEST_WORD, _HEAVIEST_LETTERS = 4, 3
# A word is listed where its letters would say something else by this much, letters where they say at least as much.
_TELLING = 0.75


@dataclass(slots=True)
class Counts:
    """How often each word was seen in each language, and in how many corpora."""

    words: Mapping[str, Counter[str]] = field(default_factory=lambda: {each: Counter() for each in LANGUAGES})
    corpora: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, texts: Iterable[Told]) -> Counts:
        """Count the words of ``texts``."""
        counts = cls()
        for told in texts:
            found = words_of(told.text)
            counts.words[told.language].update(found)
            for word in found:
                counts.corpora[word].add(told.corpus)
        return counts


@dataclass(frozen=True, slots=True)
class Weights:
    """What words and letters speak for: Spanish above nought."""

    words: Mapping[str, int]
    letters: Mapping[str, int]


def weights_of(counts: Counts) -> Weights:
    """Return the weights of the commonest words and letters that tell the languages apart."""
    letters = _letters(counts)
    seen = {language: sum(words.values()) for language, words in counts.words.items()}
    english, spanish = counts.words["en"], counts.words["es"]

    def share(word: str) -> float:
        return english[word] / seen["en"] + spanish[word] / seen["es"]

    known = {
        word: math.log((spanish[word] + 0.5) / seen["es"] * seen["en"] / (english[word] + 0.5))
        for word, corpora in counts.corpora.items()
        if english[word] + spanish[word] >= _SEEN and len(corpora) >= _CORPORA
    }
    told = {word: _within(odds, _HEAVIEST_WORD) for word, odds in known.items()}
    listed = [word for word, odds in told.items() if abs(odds - weight_of_letters(word, letters)) >= _TELLING]
    commonest = sorted(listed, key=lambda word: (-share(word), word))[:_MOST_WORDS]
    return Weights({word: round(told[word]) for word in commonest}, letters)


def as_toml(weights: Weights, source: str) -> dict[str, str]:
    """Return the files to ship by their names: what speaks for English, for Spanish, and for neither."""
    files: dict[str, str] = {}
    for name, side in (("en", -1), ("es", 1), ("both", 0)):
        lines = [f'# What speaks for "{name}", by weight, sorted. Written by `epicrisis-lab language learn`.']
        lines.append(f'source = "{source}"')
        for table, entries in (("words", weights.words), ("letters", weights.letters)):
            own = {entry: abs(weight) for entry, weight in entries.items() if _sign(weight) == side}
            lines += ["", f"[{table}]"]
            for weight in sorted(set(own.values()), reverse=True):
                words = sorted(entry for entry, each in own.items() if each == weight)
                lines += [f'{weight} = """', *_wrapped(words), '"""']
        files[f"{name}.toml"] = "\n".join(lines) + "\n"
    return files


def _letters(counts: Counts) -> dict[str, int]:
    """Return the weights of letters, each word counted by how many digits its count has and not by the count."""
    threes: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}
    for language, words in counts.words.items():
        for word, times in words.items():
            if times > 1:
                for three in threes_of(word):
                    threes[language][three] += math.log1p(times)  # type: ignore[assignment]
    seen = {language: sum(each.values()) for language, each in threes.items()}
    english, spanish = threes["en"], threes["es"]
    odds = {
        three: _within(
            math.log((spanish[three] + 2) / seen["es"] * seen["en"] / (english[three] + 2)), _HEAVIEST_LETTERS
        )
        for three in english | spanish
        if english[three] + spanish[three] >= 15
    }
    worth = {
        three: abs(each) * (english[three] / seen["en"] + spanish[three] / seen["es"])
        for three, each in odds.items()
        if abs(each) >= _TELLING
    }
    best = sorted(worth, key=lambda three: (-worth[three], three))[:_MOST_LETTERS]
    return {three: round(odds[three]) for three in best}


def _within(odds: float, most: int) -> float:
    return max(-most, min(most, odds))


def _sign(weight: int) -> int:
    return (weight > 0) - (weight < 0)


def _wrapped(words: list[str]) -> list[str]:
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) + 1 > 118:
            lines.append(line)
            line = ""
        line = f"{line} {word}" if line else word
    return [*lines, line]
