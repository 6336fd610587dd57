"""What a test was made of, by the words of its sentence: urine, cerebrospinal fluid, the blood of an artery."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from epicrisis.engines.record_contracts import Mention
from epicrisis.text.phrases import Phrases, folded

USUAL = ""
_BLOOD_AGAIN = "usual"


def specimen_of(mention: Mention, language: str) -> str:
    """Return the specimen that the last words before a test name: a key of ``specimens.toml``, or ``USUAL``."""
    low, name = folded(mention.sentence), folded(mention.text)
    at = low.find(name)
    end = len(low) if at < 0 else at + len(name)
    last, found = -1, USUAL
    for specimen, words in specimen_words()[language].items():
        span = words.last(low, 0, end)
        if span is not None and span.end > last:
            last, found = span.end, specimen
    return USUAL if found == _BLOOD_AGAIN else found


@cache
def specimen_words() -> Mapping[str, Mapping[str, Phrases]]:
    """Return the words of each specimen, by language."""
    content = tomllib.loads((files("epicrisis.engines.codes.loinc") / "specimens.toml").read_text(encoding="utf-8"))
    content.pop("source")
    return {language: {key: Phrases(words) for key, words in lists.items()} for language, lists in content.items()}
