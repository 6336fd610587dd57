"""Ten times the text takes about ten times as long, however the text is made."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from epicrisis.text.alignment import OffsetUnit, convert, normalised
from epicrisis.text.guard import require_plain_text
from epicrisis.text.language import detect_language
from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans
from epicrisis.text.tokens import token_spans

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
    # The collector walks all that the suite has made so far, and does so the more often the more is made here.
    gc.disable()
    try:
        begin = time.process_time()
        reader(text)
        return time.process_time() - begin
    finally:
        gc.enable()


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS.keys())
def test_reads_in_linear_time(reader: Callable[[str], object], unit: str) -> None:
    excess = []
    for _ in range(TRIES):
        excess.append(seconds(reader, unit, LONG) - MOST * seconds(reader, unit, SHORT) - SLACK)
        if excess[-1] <= 0:
            return

    pytest.fail(f"{LONG} characters take {min(excess):.2f} s more than {MOST} times {SHORT} characters do.")
