"""Finds the terms of a short word list: the baseline, and the engine of last resort."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard
from epicrisis.errors import InvalidWordList, UnknownLanguage
from epicrisis.text.characters import unaccented

LANGUAGES = ("en", "es")

# Numbers ("0,5", and the "500" of "500mg"), words with the accents that hang on them, a paragraph break, or one mark of
# punctuation. Hyphens are blanks ("x-ray" is found as "x ray"), and so is a single line break, because notes wrap:
# "shortness of\nbreath". Every alternative is linear.
_LETTER = r"[^\W_][\u0300-\u036f]*"
_TOKEN = re.compile(rf"\d+(?:[.,]\d+)*|(?:{_LETTER})+(?:['’][^\W\d_]+)?|\n[^\S\n]*\n|[^\w\s-]")
_PARTS = re.compile(rf"<number>|{_TOKEN.pattern}")
_NUMBER = "<number>"

# A word found by its ending alone ("-itis") is longer than the ending, or "emia" would be a disease.
_STEM_LETTERS = 3

# How many words may follow a term and belong to it: "dolor abdominal en fosa iliaca derecha de tipo cólico".
_LONGEST_REST = 9

# Nine in ten overlap an entity of the same label on the development sentences of mtsamples_status (0.90 of 948).
_SCORE = 0.9


@dataclass(slots=True)
class _Node:
    """A step of the trie of terms: where each next word leads, and the label of a term that ends here."""

    after: dict[str, _Node] = field(default_factory=dict)
    label: EntityLabel | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    span: Span
    text: str

    @property
    def keys(self) -> Iterable[str]:
        """Return what the word may be listed as: itself ("CT"), in small letters, or without a plural ending."""
        small = _small(self.text)
        yield self.text
        yield small
        if small[:1].isdigit():
            yield _NUMBER
        if len(small) > 3 and small.endswith("s") and not small.endswith("ss"):
            yield small[:-1]
            if small.endswith("ies"):
                yield small[:-3] + "y"
            elif small.endswith("es"):
                yield small[:-2]


class Lexicon:
    """The terms, endings and adjectives of one language, ready to be found in a text."""

    def __init__(self, language: str) -> None:
        source = files("epicrisis.engines.entities") / "terms" / f"{language}.toml"
        content = tomllib.loads(source.read_text(encoding="utf-8"))
        self._root = _Node()
        for label, terms in content["terms"].items():
            for term in terms:
                self._add(term, EntityLabel(label))
        self._endings = {
            _small(ending): EntityLabel(label) for label, endings in content["endings"].items() for ending in endings
        }
        self._ending_lengths = sorted({len(ending) for ending in self._endings}, reverse=True)
        self._never = frozenset(map(_small, content["never"]["words"]))
        self._before = {EntityLabel(label): _set(words) for label, words in content["before"].items()}
        self._after = {EntityLabel(label): _set(words) for label, words in content.get("after", {}).items()}
        self._linking = _set(content.get("linking", {}).get("words", ()))

    def entities(self, text: str) -> list[Entity]:
        """Return the entities of ``text``: the longest term at each place, none overlapping another."""
        tokens = [_Token(Span(*match.span()), match.group()) for match in _TOKEN.finditer(text)]
        entities: list[Entity] = []
        first, free = 0, 0
        while first < len(tokens):
            found = self._at(tokens, first)
            if found is None:
                first += 1
                continue
            label, last = found
            last = self._last_adjective(tokens, last, label)
            start = self._first_adjective(tokens, first, free, label)
            entities.append(Entity(Span(tokens[start].span.start, tokens[last].span.end), label.value, _SCORE))
            first = free = last + 1
        return entities

    def _add(self, term: str, label: EntityLabel) -> None:
        node = self._root
        for match in _PARTS.finditer(term):
            word = match.group()
            # An abbreviation is listed in capitals and found in capitals only: "ALT", not "alt".
            key = word if word.isupper() and len(word) > 1 else _small(word)
            node = node.after.setdefault(key, _Node())
        if node is self._root or node.label is not None:
            raise InvalidWordList(f"The term {term!r} of {label} is empty or listed twice.")
        node.label = label

    def _at(self, tokens: Sequence[_Token], first: int) -> tuple[EntityLabel, int] | None:
        """Return the label and the last token of the longest term that begins at ``first``."""
        node: _Node | None = self._root
        found = None
        for place in range(first, len(tokens)):
            node = next((node.after[key] for key in tokens[place].keys if key in node.after), None) if node else None
            if node is None:
                break
            if node.label is not None:
                found = (node.label, place)
        return found or self._by_ending(tokens[first].text, first)

    def _by_ending(self, word: str, place: int) -> tuple[EntityLabel, int] | None:
        small = _small(word)
        if small in self._never:
            return None
        for length in self._ending_lengths:
            label = self._endings.get(small[-length:])
            if label is not None and len(small) >= length + _STEM_LETTERS:
                return label, place
        return None

    def _first_adjective(self, tokens: Sequence[_Token], first: int, free: int, label: EntityLabel) -> int:
        """Return the first of the adjectives that lead up to token ``first`` without going back beyond ``free``."""
        adjectives = self._before.get(label, frozenset())
        while first > free and _small(tokens[first - 1].text) in adjectives:
            first -= 1
        return first

    def _last_adjective(self, tokens: Sequence[_Token], last: int, label: EntityLabel) -> int:
        """Return the last of the words that go on with what token ``last`` ends: "dolor en fosa iliaca derecha"."""
        words = self._after.get(label, frozenset())
        for place in range(last + 1, min(last + _LONGEST_REST, len(tokens))):
            small = _small(tokens[place].text)
            if small in words:
                last = place
            elif small not in self._linking:
                break
        return last


def _small(word: str) -> str:
    """Return ``word`` as it is looked up: in small letters and without accents, since notes are written in haste."""
    return unaccented(word.casefold())


def _set(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_small, words))


class LexiconEntityEngine:
    """Finds listed terms, word by word and in linear time."""

    card = EngineCard(
        name="lexicon",
        version="1",
        summary="Finds the terms of a short list of everyday problems, tests, procedures and drugs.",
        languages=LANGUAGES,
        limits=(
            "Knows some 1,400 English and 1,800 Spanish terms and a few word endings; what is not listed is not found.",
            "Finds no values, and doses, routes, frequencies and durations in Spanish notes only.",
            "Takes a word for the same thing wherever it stands: 'labor pain' and 'pain clinic' both name a pain.",
        ),
    )

    def extract(self, document: Document) -> Sequence[Entity]:
        """Return the listed terms of ``document`` in the order of the text.

        Raises:
            UnknownLanguage: there is no list for the language of the document.
        """
        return _lexicon(document.language.partition("-")[0].lower()).entities(document.text)


def build() -> LexiconEntityEngine:
    """Build the engine; its word list is read on first use."""
    return LexiconEntityEngine()


@cache
def _lexicon(language: str) -> Lexicon:
    if language not in LANGUAGES:
        raise UnknownLanguage(f"The entity engine 'lexicon' does not read {language!r}; it reads {list(LANGUAGES)}.")
    return Lexicon(language)


def label_of(words: str, language: str) -> EntityLabel | None:
    """Return what ``words`` are as a whole in the list of ``language``, where they stand there and it has one."""
    found = _lexicon(language).entities(words) if language in LANGUAGES else []
    is_whole = len(found) == 1 and len(found[0].span) == len(words)
    return EntityLabel(found[0].label) if is_whole else None
