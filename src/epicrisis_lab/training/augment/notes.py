"""Sentences of edited case reports, written as they stand in notes: capitals, no accents, abbreviations, headings."""

from __future__ import annotations

import random
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files

from epicrisis_lab.training.examples import Example, TagSpan


def varied(example: Example, rng: random.Random) -> Example:
    """Return ``example`` in another hand: abbreviated, then without accents, in capitals or in small letters."""
    if rng.random() < 0.5:
        example = abbreviated(example, rng)
    if rng.random() < 0.3:
        example = _headed(example, rng)
    change: Callable[[str], str] = rng.choices((_upper, _plain, _upper_plain, _lower, str), (2, 4, 2, 1, 1))[0]
    text = change(example.text)
    return replace(example, text=text) if len(text) == len(example.text) else example


def abbreviated(example: Example, rng: random.Random) -> Example:
    """Return ``example`` with some of its words abbreviated; none that a span cuts through."""
    spans = [span for spans in example.tags.values() for span in spans]
    edges = {edge for start, end, _ in spans for edge in (start, end)}
    edges |= {edge for target in example.targets for edge in (target.start, target.end)}
    text, at = "", 0
    shifts: list[tuple[int, int]] = []
    pattern, short = _abbreviations()
    for match in pattern.finditer(example.text):
        if rng.random() < 0.4 or any(match.start() < edge < match.end() for edge in edges):
            continue
        choice = rng.choice(short[match[0].lower()])
        text += example.text[at : match.start()] + choice
        at = match.end()
        shifts.append((match.end(), len(text) - match.end()))
    text += example.text[at:]

    def moved(offset: int) -> int:
        shift = 0
        for end, by in shifts:
            if end <= offset:
                shift = by
        return offset + shift

    return _moved(example, text, moved)


def _headed(example: Example, rng: random.Random) -> Example:
    lead = rng.choice(_HEADINGS)
    return _moved(example, lead + example.text, lambda offset: offset + len(lead))


def _moved(example: Example, text: str, moved: Callable[[int], int]) -> Example:
    tags: dict[str, list[TagSpan]] = {
        head: [(moved(start), moved(end), label) for start, end, label in spans] for head, spans in example.tags.items()
    }
    targets = [replace(target, start=moved(target.start), end=moved(target.end)) for target in example.targets]
    return replace(example, text=text, tags=tags, targets=targets)


# None that changes what a sentence says: under "Plan:" or "Antecedentes:" the same words are of another time.
_HEADINGS = (
    "- ", "* ", "1. ", "2) ", "EF: ", "EA: ", "MC: ", "Motivo de consulta: ", "Evolución: ",
    "Exploración física: ", "Juicio clínico: ", "Dx: ", "PPCC: ", "Analítica: ", "TC: ", "Anamnesis: ",
)  # fmt: skip


def _upper(text: str) -> str:
    return text.upper()


def _lower(text: str) -> str:
    return text.lower()


def _upper_plain(text: str) -> str:
    return _plain(text).upper()


def _plain(text: str) -> str:
    """Drop the accents, as is done in haste; the letter ñ keeps its own."""
    return "".join(char if char in "ñÑ" else unicodedata.normalize("NFD", char)[0] for char in text)


@cache
def _abbreviations() -> tuple[re.Pattern[str], Mapping[str, list[str]]]:
    content = tomllib.loads(files(__package__).joinpath("abbreviations.es.toml").read_text(encoding="utf-8"))
    short: dict[str, list[str]] = content["words"]
    longest = sorted(short, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b", re.IGNORECASE), short
