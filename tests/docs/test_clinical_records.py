"""The page on records means what it says: its tables are read with the engine we ship."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

import epicrisis
from epicrisis.assembly.pipeline import Pipeline
from epicrisis.domain.records import NoteRecord, SocialFact
from epicrisis.engines.registry import extraction_engine
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "clinical" / "records.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (en|es) \| (.+?) \| (\w+) \| (.*?) ?\|$", PAGE, re.MULTILINE)


def fact(social: SocialFact) -> str:
    return social.kind if social.use is None else f"{social.kind} {social.use}"


TOLD: Mapping[str, Callable[[NoteRecord], list[str]]] = {
    "problems": lambda record: [each.name.text for each in record.problems],
    "denied": lambda record: [each.name.text for each in record.denied],
    "hypothetical": lambda record: [each.name.text for each in record.hypothetical],
    "procedures": lambda record: [each.name.text for each in record.procedures],
    "family": lambda record: [
        f"{each.condition.text} of {each.relative.text if each.relative else 'nobody'}" for each in record.family
    ],
    "social": lambda record: [fact(each) for each in record.social],
    "follow_up": lambda record: [each.words.text for each in record.follow_up],
}


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return epicrisis.load()


def test_the_page_has_a_row_for_every_list_it_speaks_of_in_both_languages() -> None:
    assert {name for _, _, name, _ in ROWS} == set(TOLD)
    assert {language for language, _, _, _ in ROWS} == {"en", "es"}


@pytest.mark.parametrize(("language", "text", "name", "holds"), ROWS, ids=[f"{row[2]}-{row[1]}" for row in ROWS])
def test_a_list_holds_what_the_page_says(pipeline: Pipeline, language: str, text: str, name: str, holds: str) -> None:
    note = pipeline.annotate(text, language=language)

    record = extraction_engine("rules", language).extract(note)

    assert ", ".join(TOLD[name](record)) == holds
