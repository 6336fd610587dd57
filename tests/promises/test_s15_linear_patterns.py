"""S15: no text makes a pattern of ours slow: ten times the letters take about ten times as long, whatever the letters.

The patterns of requests (``Field(pattern=…)``) are not among these: pydantic runs them in an engine that is linear by
construction.
"""

from __future__ import annotations

import ast
import gc
import re
import sys
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

import epicrisis.api.app  # noqa: F401
from epicrisis.domain.sections import SectionCategory
from epicrisis.engines.differential.hearing import hearing
from epicrisis.engines.differential.ordering import order_words
from epicrisis.engines.differential.wordlists import phrases
from epicrisis.engines.entities.listed import listed
from epicrisis.engines.patients.drugs import drug_of
from epicrisis.engines.patients.sameness import words_of
from tests.patterns import (
    TAIL,
    Written,
    all_patterns,
    built_patterns,
    calls_of_re,
    module_name,
    sources,
    trees,
    troubles,
)
from tests.records import NOTE
from tests.serving import rules_pipeline

PATTERNS, LOST = all_patterns()
STEPS = (100, 1_000, 10_000, 100_000)
MOST = 12
# What a busy machine adds at each step; a pattern that is quadratic is off by seconds at the last.
SLACK = 0.02
TRIES = 5
# Patterns made of word lists are built when a note first needs them: these say enough for each to be needed.
NOTES = {
    "en": NOTE.text
    + " Her mother and father had diabetes. Chest pain in the left arm. Pulse in the 80s. Sodium, potassium and "
    "chloride 138, 4.1 and 101.\nFever: \u2610 Yes \u2612 No\n"
    "FOLLOW-UP: PCP 1 week, Cardiology 2 weeks. Renal and GI in 3 weeks.",
    "es": "Mujer de 61 años con asma grave. No fiebre. Toma lisinopril 10 mg cada 24 horas por hipertensión. "
    "TA 120/80, creatinina 1,2 mg/dl (0,5-1,2). Alergia a penicilina (urticaria). Madre y padre con diabetes. "
    "Dolor en la pierna. Fumadora de un paquete al día. Revisión en 2 semanas en consulta de cardiología. "
    "Apendicectomía en 1998.\nSEGUIMIENTO: MAP 10 días. Alergia y Nutrición en 1 mes.",
}


def read_notes() -> None:
    for language, note in NOTES.items():
        rules_pipeline().extract(note, language=language)
        assert hearing.__wrapped__(language)
        assert listed("FA, MS", SectionCategory.PAST_HISTORY, language)
        assert listed("1. DM2: metformin", SectionCategory.ASSESSMENT, language)
    for name in ("dated", "earlier", "extreme", "negative", "positive", "unsure", "usually"):
        assert phrases.__wrapped__(name).source
    assert order_words.__wrapped__()
    assert drug_of("Lisinopril 10 MG Oral Tablet").substances
    assert words_of("Asthma (disorder)")


BUILT = built_patterns(read_notes, LOST)


def seconds(pattern: re.Pattern[str], use: str, unit: str, length: int) -> float:
    """Return the processor time ``pattern`` takes over ``unit`` again and again, with an end that fits nothing."""
    text = (unit * (length // len(unit) + 1))[:length] + TAIL
    given = text.encode() if isinstance(pattern.pattern, bytes) else text
    call = getattr(pattern, use)
    gc.disable()
    try:
        began = time.process_time()
        found = call(given[:0], given) if use in {"sub", "subn"} else call(given)
        if use == "finditer":
            for _ in found:
                pass
        return time.process_time() - began
    finally:
        gc.enable()


def slow(written: Written) -> Iterator[str]:
    """Yield what ``written`` is slow over, each with the way it is used."""
    for use in telling(written.uses):
        for unit in troubles(written.pattern):
            if not linear(written.pattern, use, unit):
                yield f"{use} over {unit!r}"


def telling(uses: set[str]) -> list[str]:
    """Return those of ``uses`` that no other takes at least as long as.

    To find every match is to search again and again, whatever is made of them; to search is to match where a text
    begins, and then elsewhere. Only to match the whole of a text is another way through it.
    """
    longest = [use for use in ("finditer", "findall", "split", "sub", "subn", "search", "match") if use in uses][:1]
    return [*longest, *(uses & {"fullmatch"})]


def linear(pattern: re.Pattern[str], use: str, unit: str) -> bool:
    """Return whether each ten times take at most twelve times as long; the first step that does not is the last."""
    return all(keeps_step(pattern, use, unit, short, long) for short, long in pairwise(STEPS))


def keeps_step(pattern: re.Pattern[str], use: str, unit: str, short: int, long: int) -> bool:
    for _ in range(TRIES):
        allowed = MOST * seconds(pattern, use, unit, short) + SLACK
        taken = seconds(pattern, use, unit, long)
        if taken <= allowed:
            return True
        if taken > 10 * allowed:
            break
    return False


def test_every_pattern_of_the_source_is_among_them() -> None:
    written = sum(1 for _, tree in trees() for _ in calls_of_re(tree))
    escaped = sum(1 for _, tree in trees() for call in calls_of_re(tree) if "re.escape" in ast.unparse(call.args[0]))

    # A pattern is a constant of its module, or stands in the call itself: there it can be found, and timed.
    # Or a function builds it out of words, and has built it.
    assert [place for place, built in BUILT.items() if not built] == []
    assert len(PATTERNS) == written - escaped - len(LOST)
    assert [each.where for each in PATTERNS if not each.uses] == []


def test_no_module_holds_a_pattern_that_is_not_among_them() -> None:
    known = {each.pattern for each in PATTERNS}
    names = {module_name(path) for path, _ in sources()} & set(sys.modules)

    held = {value for name in names for value in vars(sys.modules[name]).values() if isinstance(value, re.Pattern)}

    assert len(names) > 60
    assert held - known == set()


def test_no_module_takes_its_patterns_from_anywhere_but_re() -> None:
    taken = [
        f"{module_name(path)}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if hides_a_pattern(node)
    ]

    assert taken == []


def hides_a_pattern(node: ast.AST) -> bool:
    """Return whether ``node`` imports the means to write a pattern under a name the walk does not know."""
    if isinstance(node, ast.ImportFrom):
        return node.module in {"re", "regex"}
    named = node.names if isinstance(node, ast.Import) else []
    return any(each.name == "regex" or (each.name == "re" and each.asname is not None) for each in named)


@pytest.mark.parametrize(
    "written",
    [*PATTERNS, *(each for built in BUILT.values() for each in built)],
    ids=lambda written: written.where.removeprefix("epicrisis."),
)
def test_ten_times_the_letters_take_at_most_twelve_times_as_long(written: Written) -> None:
    assert list(slow(written)) == []


@pytest.mark.parametrize(
    ("pattern", "use"),
    [
        (r"\s+$", "search"),
        (r"<[^>]*>", "sub"),
        (r"a.*b.*c", "fullmatch"),
    ],
)
def test_a_pattern_that_is_not_linear_is_found_out(pattern: str, use: str) -> None:
    assert next(slow(Written("here", re.compile(pattern), {use})), None) is not None
