"""What a row says, and why a bad one is refused."""

from __future__ import annotations

from typing import Any

import pytest

from epicrisis.domain.assertions import CueKind, Experiencer, SentenceLabel, Status, Temporality
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidRow
from epicrisis_lab.corpora.parsing import parse_row
from epicrisis_lab.corpora.rows import GoldCue, GoldScope, GoldTarget
from tests.unit.lab.files import entity, pair, sentence

TEXT = "No fever, possible cough."


def test_a_pair_row_holds_one_target() -> None:
    row = parse_row(pair("p1", TEXT, "fever", "ABSENT", doc="report-1", entity_type="PROBLEM"))

    assert row.targets == (GoldTarget(Span(3, 8), Status.ABSENT, label="PROBLEM"),)
    assert (row.pair, row.doc, row.source) == (True, "report-1", "invented")


@pytest.mark.parametrize(
    ("label", "temporality", "experiencer"),
    [
        ("HISTORICAL", Temporality.PAST, Experiencer.PATIENT),
        ("FAMILY", Temporality.CURRENT, Experiencer.FAMILY),
    ],
)
def test_older_labels_become_present_on_another_axis(
    label: str, temporality: Temporality, experiencer: Experiencer
) -> None:
    (target,) = parse_row(pair("p1", TEXT, "fever", label)).targets

    assert (target.status, target.temporality, target.experiencer) == (Status.PRESENT, temporality, experiencer)


def test_a_pair_row_may_name_its_axes() -> None:
    row = parse_row(pair("p1", TEXT, "cough", "POSSIBLE", temporality="FUTURE", experiencer="FAMILY", derived=True))

    (target,) = row.targets
    assert (target.temporality, target.experiencer, target.derived) == (Temporality.FUTURE, Experiencer.FAMILY, True)


def test_a_sentence_row_holds_entities_and_the_concepts_among_them_are_targets() -> None:
    raw = sentence("s1", "Aspirin 100 mg.", entity("Aspirin", "MEDICATION", "PRESENT"), entity("100 mg", "DOSE"))

    row = parse_row({**raw, "sentence_label": "PRESENT"})

    assert [each.label for each in row.entities] == ["MEDICATION", "DOSE"]
    assert [target.label for target in row.targets] == ["MEDICATION"]
    assert row.entities[1].status is None
    assert row.sentence_label is SentenceLabel.PRESENT
    assert row.layers == {"entities", "targets", "cues", "sentence_label"}


def test_speculation_is_uncertainty_and_scopes_point_at_their_cue() -> None:
    raw: dict[str, Any] = {
        "id": "s1",
        "text": TEXT,
        "start": None,
        "label": None,
        "cues": [{"start": 10, "end": 18, "kind": "SPEC"}],
        "scopes": [{"start": 10, "end": 24, "kind": "SPEC", "cue": 0, "parts": [[10, 18], [19, 24]]}],
    }

    row = parse_row(raw)

    assert row.cues == (GoldCue(Span(10, 18), CueKind.UNCERTAINTY),)
    assert row.scopes == (GoldScope(Span(10, 24), CueKind.UNCERTAINTY, 0, (Span(10, 18), Span(19, 24))),)
    assert row.layers == {"cues", "scopes"}
    assert not row.pair


def test_an_entity_row_of_another_corpus_keeps_its_labels_and_codes() -> None:
    raw = sentence("10354657", "Lithium and fever.", entity("Lithium", "Chemical", code="MESH:D008094"))
    raw["relations"] = []
    del raw["cues"]

    row = parse_row(raw)

    assert [(each.label, each.code) for each in row.entities] == [("Chemical", "MESH:D008094")]
    assert row.layers == {"entities"}


def test_a_row_that_names_no_language_takes_the_one_given() -> None:
    assert parse_row({"id": "1", "text": "Sin fiebre."}, language="es").language == "es"


GOOD = pair("p1", TEXT, "fever", "ABSENT")
CUE = {"start": 0, "end": 2, "kind": "NEG"}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ([], "not a JSON object"),
        ({**GOOD, "id": None}, "id is missing"),
        ({**GOOD, "text": 7}, "text is missing"),
        ({**GOOD, "text": "   ", "start": None}, "text: There is no text"),
        ({**GOOD, "text": TEXT + "\ud800"}, "lone surrogate at offset 25"),
        ({**GOOD, "label": "MAYBE"}, "label is not one of PRESENT, ABSENT"),
        ({**GOOD, "label": ["ABSENT"]}, "label is not one of"),
        ({**GOOD, "temporality": "SOON"}, "temporality is not one of"),
        ({**GOOD, "end": 3}, "offsets 3 to 3 mark nothing"),
        ({**GOOD, "end": 99}, "offsets 3 to 99 mark nothing in a text of 25 characters"),
        ({**GOOD, "start": -1}, "not whole numbers"),
        ({**GOOD, "start": True}, "not whole numbers"),
        ({**GOOD, "start": 4}, "offsets 4 to 8 do not mark the words"),
        ({**GOOD, "cues": "NEG"}, "cues is not a list"),
        ({**GOOD, "cues": [{**CUE, "kind": "ODD"}]}, r"cues\[0\].kind is not one of"),
        ({**GOOD, "cues": [{**CUE, "parts": [[0]]}]}, r"cues\[0\].parts"),
        ({**GOOD, "cues": [CUE], "scopes": [{**CUE, "cue": 1}]}, r"scopes\[0\].cue is not an index into the 1 cues"),
        ({**GOOD, "entities": [{"start": 3, "end": 8}]}, "label is missing"),
        ({**GOOD, "sentence_label": "SAD"}, "sentence_label is not one of"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(raw: object, reason: str) -> None:
    with pytest.raises(InvalidRow, match=reason):
        parse_row(raw)


@pytest.mark.parametrize("field", ["label", "temporality", "experiencer", "concept", "sentence_label"])
def test_reasons_never_repeat_what_a_field_held(field: str) -> None:
    with pytest.raises(InvalidRow) as refused:
        parse_row({**GOOD, field: "Ana Ruiz Prueba"})

    assert "Ana" not in str(refused.value)
