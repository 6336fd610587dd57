from __future__ import annotations

import tomllib

import pytest

from epicrisis.domain.assertions import CueKind, Status
from epicrisis.engines.assertion.lexicon import Direction, Role, Trait, load_lexicon, read_lexicon
from epicrisis.errors import InvalidWordList, UnknownLanguage

WORDS = """
head = "last"
[sources]
classes = "own"
hints = "own"
suffixes = "own"
odds = "own"
[classes]
degree = ["acute"]
[hints]
tests = ["lungs"]
[suffixes]
procedures = ["ectomy"]
[odds]
"risk/HYPOTHETICAL" = { PRESENT = 0.1, ABSENT = 0, POSSIBLE = 0, CONDITIONAL = 0, HYPOTHETICAL = 0.9, NORMAL = 0 }
[[groups]]
name = "risk"
role = "cue"
kind = "HYP"
direction = "forward"
reach = 60
problem_reach = 2
marks = ";,"
traits = ["governs"]
source = "own"
phrases = ["risk of"]
"""


def test_a_word_list_becomes_values() -> None:
    lexicon = read_lexicon(tomllib.loads(WORDS), "en")

    [group] = lexicon.groups
    assert (group.name, group.role, group.kind, group.direction) == (
        "risk",
        Role.CUE,
        CueKind.HYPOTHESIS,
        Direction.FORWARD,
    )
    assert (group.reach, group.problem_reach, group.marks) == (60, 2, frozenset(";,"))
    assert group.traits == {Trait.GOVERNS}
    assert lexicon.hints["tests"] == {"lungs"}
    assert lexicon.suffixes["procedures"] == ("ectomy",)
    assert lexicon.odds["risk/HYPOTHETICAL"][Status.HYPOTHETICAL] == 0.9


def test_a_list_that_breaks_its_rules_is_refused() -> None:
    with pytest.raises(InvalidWordList, match="risk"):
        read_lexicon(tomllib.loads(WORDS.replace("reach = 60", "")), "en")


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_piece_of_evidence_of_the_shipped_list_is_a_group_or_explained(language: str) -> None:
    lexicon = load_lexicon(language)

    names = {group.name for group in lexicon.groups} | {"none", "other", "own-words"}
    assert {evidence.partition("/")[0] for evidence in lexicon.odds} <= names
    assert {f"other/{status}" for status in Status} <= lexicon.odds.keys()


def test_a_language_without_cues_is_refused() -> None:
    with pytest.raises(UnknownLanguage, match="'xx'"):
        load_lexicon("xx")
