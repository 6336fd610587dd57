"""Ten times the text takes about ten times as long, however the text is made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from epicrisis.text.alignment import OffsetUnit, convert, normalised
from epicrisis.text.guard import require_plain_text
from epicrisis.text.language import detect_language
from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans
from epicrisis.text.tokens import token_spans
from tests.timing import assert_linear, processor_seconds

SHORT, LONG = 10_000, 100_000
MOST = 12
# What a busy machine adds; a quadratic reader is off by seconds.
SLACK = 0.15
TRIES = 5

UNITS = {
    "notes": "The patient denies chest pain. PLAN: 1. Rest. 2. Fluids b.i.d.\nLUNGS: clear, no rales\n\n",
    "stops": ".",
    "line feeds": "\n",
    "spaces": " ",
    "one word": "a",
    "items": "1. ",
    "items on lines": "1.\n",
    "colons": ":",
    "headings": "ALLERGIES: ",
    "capitals": "PAST MEDICAL ",
    "letters on lines": "a\n",
    "initials": "A. ",
    "dotted": "a.",
    "closers": ".\"') ",
    "columns": "a   ",
    "hyphens": "a-",
    "slashes": "1/",
    "soft hyphens": "a\u00ad",
    "joiners": "👩\u200d⚕️",
    "controls": "\x00\rno pain, no fever, no cough at all today",
}

READERS: dict[str, Callable[[str], object]] = {
    "sentences": sentence_spans,
    "sections": section_spans,
    "tokens": token_spans,
    "language": detect_language,
    "normalised": normalised,
    "guard": require_plain_text,
    "offsets": lambda text: convert(text, range(0, len(text), 10), OffsetUnit.UTF16),
}


def seconds(reader: Callable[[str], object], unit: str, length: int) -> float:
    """Return the processor time one reading takes, which other programs disturb least."""
    text = (unit * (length // len(unit) + 1))[:length]
    return processor_seconds(lambda: reader(text))


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS.keys())
def test_reads_in_linear_time(reader: Callable[[str], object], unit: str) -> None:
    assert_linear(partial(seconds, reader, unit), short=SHORT, long=LONG, most=MOST, slack=SLACK, tries=TRIES)
