"""The task identifiers, counted by hand, with an engine that marks what it is told."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard
from epicrisis_lab.cli import app
from epicrisis_lab.corpora.parsing import parse_row
from epicrisis_lab.errors import MissingCapability
from epicrisis_lab.evaluation.engines import identifier_engine
from epicrisis_lab.evaluation.tasks.identifiers import score_identifiers
from tests.unit.lab.files import entity, sentence, write


class Told:
    """Marks every word of its list, wherever it stands."""

    card = EngineCard(name="told", version="1", summary="Marks what it is told.", languages=("en", "es"))

    def __init__(self, **words: IdentifierKind | tuple[IdentifierKind, str]) -> None:
        self._words = words

    def find(self, documents: Sequence[Document]) -> list[list[Identifier]]:
        return [self._find(document.text) for document in documents]

    def _find(self, text: str) -> list[Identifier]:
        found = []
        for words, kind in self._words.items():
            own, sub = kind if isinstance(kind, tuple) else (kind, None)
            for match in re.finditer(re.escape(words.replace("_", " ")), text):
                found.append(Identifier(Span(*match.span()), own, 0.9, "told", sub=sub))
        return sorted(found, key=lambda each: each.span)


def build() -> Told:
    """Build an engine that knows one name, as an entry point would."""
    return Told(Ana=IdentifierKind.NAME)


def figures(engine: Told, *raw: dict[str, Any], mentions: list[list[Span]] | None = None) -> dict[str, float | None]:
    return score_identifiers(engine, [parse_row(each) for each in raw], mentions).tally.figures()


NAME, DATE, PHONE = IdentifierKind.NAME, IdentifierKind.DATE, IdentifierKind.PHONE
NOTE = sentence(
    "n1", "Ana Ruiz Prueba, seen 03/02/2011, MRN 4417.",
    entity("Ana Ruiz Prueba", "NAME"), entity("03/02/2011", "DATE"), entity("4417", "MRN"),
)  # fmt: skip
CLEAN = sentence("n2", "Parkinson disease, no change.", entity("Parkinson disease", "PROBLEM"))


def test_a_touched_identifier_is_found_and_only_a_whole_one_is_covered() -> None:
    # "Ana Ruiz" of the name, the whole date under another kind, and nothing of the record number.
    found = figures(Told(**{"Ana Ruiz": NAME, "03/02/2011": PHONE}), NOTE)

    assert found["identifiers.overlap_recall"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["identifiers.cover_recall"] == pytest.approx(1 / 3, abs=1e-6)
    assert found["identifiers.overlap_recall.NAME"] == 1.0
    assert found["identifiers.cover_recall.NAME"] == 0.0
    assert found["identifiers.cover_recall.DATE"] == 1.0
    assert found["identifiers.overlap_recall.MRN"] == 0.0
    assert found["identifiers.overlap_recall.support"] == 3


def test_two_marks_side_by_side_cover_what_neither_covers_alone() -> None:
    found = figures(Told(Ana=NAME, Ruiz_Prueba=NAME), NOTE)

    assert found["identifiers.cover_recall.NAME"] == 1.0
    assert found["identifiers.strict.NAME.f1"] == 0.0


def test_strict_asks_for_the_same_ends_and_the_same_kind() -> None:
    found = figures(Told(**{"Ana Ruiz Prueba": NAME, "03/02/2011": PHONE, "4417": IdentifierKind.MRN}), NOTE)

    # Name and number are right; the date is missed, and a phone is nothing this file ever marks.
    assert found["identifiers.strict.precision"] == 1.0
    assert found["identifiers.strict.recall"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["identifiers.precision_of_marks"] == 1.0


def test_a_mark_on_a_clean_row_is_counted_three_ways() -> None:
    found = figures(Told(Ana=NAME, Parkinson=NAME), NOTE, CLEAN)

    assert found["identifiers.precision_of_marks"] == 0.5
    assert found["clean_rows.marked"] == 1.0
    assert found["clean_rows.marked.support"] == 1
    assert found["false_marks.per_1000_words"] == pytest.approx(1000 / 11)
    assert found["mentions.touched"] == 1.0


def test_mentions_that_are_given_replace_those_of_the_rows_and_those_on_an_identifier_do_not_count() -> None:
    mentions = [[Span(0, 3)], [Span(0, 9), Span(22, 28)]]

    found = figures(Told(Parkinson=NAME), NOTE, CLEAN, mentions=mentions)

    assert found["mentions.touched"] == 0.5
    assert found["mentions.touched.support"] == 2


@pytest.mark.parametrize("words", ["54-year-old", "54 y/o", "7 months old", "89"])
def test_an_age_under_90_is_no_false_mark(words: str) -> None:
    found = figures(Told(**{words: IdentifierKind.AGE}), sentence("n1", f"A {words} patient."))

    assert found["clean_rows.marked"] == 0.0
    assert found["false_marks.per_1000_words"] == 0.0


def test_an_age_over_89_is_one_where_nobody_marked_it() -> None:
    found = figures(Told(**{"94-year-old": IdentifierKind.AGE}), sentence("n1", "A 94-year-old patient."))

    assert found["clean_rows.marked"] == 1.0


def test_a_hospital_is_a_place_where_the_file_knows_no_organisations() -> None:
    row = sentence("q1", "Seen at Prueba Clinic.", entity("Prueba Clinic", "LOCATION"))

    found = figures(Told(Prueba_Clinic=IdentifierKind.ORGANIZATION), row)

    assert found["identifiers.strict.LOCATION.f1"] == 1.0


def test_a_title_that_a_file_marks_beside_names_is_neither_right_nor_wrong() -> None:
    row = sentence("p1", "Mrs. Prueba called.", entity("Mrs.", "TITLE"), entity("Prueba", "NAME"))

    found = figures(Told(**{"Mrs.": NAME, "Prueba": NAME}), row)

    assert found["identifiers.precision_of_marks"] == 1.0
    assert found["identifiers.precision_of_marks.support"] == 1


def test_the_finer_label_is_the_one_the_corpus_is_scored_in() -> None:
    row = sentence(
        "m1", "Dra. Prueba, 54 años", entity("Prueba", "NOMBRE_PERSONAL_SANITARIO"), lang="es", source="meddocan"
    )

    found = figures(Told(Prueba=(NAME, "NOMBRE_PERSONAL_SANITARIO")), row)

    assert found["identifiers.strict.f1"] == found["identifiers.strict.NOMBRE_PERSONAL_SANITARIO.f1"] == 1.0


def test_a_file_without_identifiers_has_no_recall() -> None:
    found = figures(Told(), CLEAN)

    assert found["identifiers.overlap_recall"] is None
    assert "identifiers.strict.f1" not in found
    assert found["clean_rows.marked"] == 0.0


def test_mistakes_name_their_kind() -> None:
    rows = [parse_row(NOTE), parse_row(CLEAN)]

    scored = score_identifiers(Told(Ana=NAME, Parkinson=NAME), rows)

    assert [(mistake.kind, mistake.row) for mistake in scored.mistakes] == [
        ("partly NAME", "n1"),
        ("missed DATE", "n1"),
        ("missed MRN", "n1"),
        ("false positive NAME", "n2"),
        ("mention touched", "n2"),
    ]


def test_on_the_command_line_the_figures_are_one_object(tmp_path: Path) -> None:
    file = str(write(tmp_path / "ward.jsonl", [NOTE, CLEAN]))
    asked = ["evaluate", "identifiers", file, "--engine", "tests.unit.lab.evaluation.test_identifiers:build", "--json"]

    done = CliRunner().invoke(app, asked)

    found = json.loads(done.stdout)
    assert (done.exit_code, found["task"], found["rows"]) == (0, "identifiers", 2)
    assert found["metrics"]["identifiers.overlap_recall.NAME"] == 1.0
    assert found["intervals"]["identifiers.cover_recall"][0] == 0.0


def test_the_patterns_that_ship_are_measured_alone_and_as_a_redaction_hears_them() -> None:
    row = parse_row(sentence("n1", "SSN: 078-05-1120", entity("078-05-1120", "SSN")))

    for name in ("epicrisis.engines.privacy.patterns.engine:build", "together"):
        found = score_identifiers(identifier_engine(name, "en"), [row]).tally.figures()
        assert found["identifiers.cover_recall"] == 1.0


def test_an_engine_that_finds_no_identifiers_is_refused() -> None:
    with pytest.raises(MissingCapability, match="needs a card and find"):
        identifier_engine("tests.unit.lab.twins:build", "en")
    with pytest.raises(MissingCapability, match="finds no identifiers; try `--baseline presidio`"):
        identifier_engine("medspacy", "en")
