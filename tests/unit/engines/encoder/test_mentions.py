"""What the corpora called a form is remembered: it corrects a label, and is added where nothing was found."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.domain.spans import Span
from epicrisis.engines.encoder.encoder import Reading
from epicrisis.engines.encoder.mentions import Form, Mentions, load
from epicrisis.engines.encoder.pieces import Pieces, PieceTokenizer
from epicrisis.engines.encoder.tagging import Tagged
from epicrisis.engines.shipped import shipped
from epicrisis.errors import CorruptArtifact

PROTEIN, DRUG = "PROTEINA", "FARMACO"
KNOWN = Mentions.of(
    {
        "pharmaconer": {
            "rituximab": Form(PROTEIN, 9, 9, 1.0),
            "colesterol": Form(DRUG, 8, 10, 1.0),
            "colesterol hdl": Form(PROTEIN, 3, 3, 1.0),
            "oxigeno": Form(DRUG, 1, 10, 1.0),
            "insulina": Form(PROTEIN, 10, 10, 0.5),
        },
        "symptoms": {"colesterol alto": Form("SINTOMA", 2, 2, 1.0), "alto": Form("SINTOMA", 1, 10, 1.0)},
    },
    {"symptoms": frozenset({"alto", "muy alto", "hoy"})},
)


def read(text: str) -> Reading:
    tokenizer = PieceTokenizer(shipped("spanish") / "tokenizer.json")
    [pieces] = tokenizer.cut([text])
    return reading_of(text, pieces)


def reading_of(text: str, pieces: Pieces) -> Reading:
    return Reading(text, pieces, np.zeros((len(pieces), 0), np.float32), np.zeros(0, np.float32), ())


def names(text: str, *found: Tagged, label_set: str = "pharmaconer") -> list[tuple[str, str]]:
    given_back = KNOWN.recall(read(text)).amended(found, label_set)
    return [(text[each.span.start : each.span.end], each.label) for each in given_back]


def marked(text: str, word: str, label: str) -> Tagged:
    start = text.index(word)
    return Tagged(Span(start, start + len(word)), label, 0.6)


def test_a_form_that_is_always_marked_is_added() -> None:
    assert names("Se pauta Rituximab hoy.") == [("Rituximab", PROTEIN)]


def test_of_two_forms_at_a_word_the_longer_one_is_meant() -> None:
    assert names("Colesterol HDL y colesterol.") == [("Colesterol HDL", PROTEIN), ("colesterol", DRUG)]


def test_a_form_that_is_seldom_marked_is_not_added() -> None:
    assert names("Precisa oxígeno.") == []


def test_accents_do_not_matter() -> None:
    text = "Precisa OXIGENO."

    assert names(text, marked(text, "OXIGENO", PROTEIN)) == [("OXIGENO", DRUG)]


def test_a_label_the_form_never_bore_is_corrected() -> None:
    text = "Tratado con rituximab."

    assert names(text, marked(text, "rituximab", DRUG)) == [("rituximab", PROTEIN)]


def test_a_form_that_is_called_now_this_now_that_keeps_the_label_it_was_given() -> None:
    text = "Con insulina."

    assert names(text, marked(text, "insulina", DRUG)) == [("insulina", DRUG)]


def test_nothing_is_added_over_what_was_found() -> None:
    text = "El colesterol total."

    assert names(text, marked(text, "colesterol total", DRUG)) == [("colesterol total", DRUG)]


def test_a_part_of_a_form_that_is_always_marked_grows_to_it() -> None:
    text = "El colesterol HDL sube."

    assert names(text, marked(text, "HDL", DRUG)) == [("colesterol HDL", DRUG)]


def test_two_parts_of_one_form_are_one_mention() -> None:
    text = "El colesterol HDL sube."

    assert names(text, marked(text, "colesterol", DRUG), marked(text, "HDL", PROTEIN)) == [("colesterol HDL", DRUG)]


def test_what_was_found_before_a_form_stays_where_the_form_would_cover_a_part_of_it() -> None:
    text = "Sube colesterol HDL."

    found = [marked(text, "Sube colesterol", DRUG), marked(text, "HDL", PROTEIN)]

    assert names(text, *found) == [("Sube colesterol", DRUG), ("HDL", PROTEIN)]


def test_a_common_form_that_was_never_marked_is_no_mention() -> None:
    text = "Está muy ALTO hoy."

    assert names(text, marked(text, "muy ALTO", "SINTOMA"), label_set="symptoms") == []


@pytest.mark.parametrize("kept", ["ALTO", "muy", "ALTO ho"])
def test_one_that_was_marked_once_or_is_rare_or_is_cut_stays(kept: str) -> None:
    text = "Está muy ALTO hoy."

    assert names(text, marked(text, kept, "SINTOMA"), label_set="symptoms") == [(kept, "SINTOMA")]


def test_a_label_set_that_passed_over_nothing_keeps_what_is_found() -> None:
    text = "Está muy ALTO hoy."

    assert names(text, marked(text, "hoy", DRUG)) == [("hoy", DRUG)]


def test_each_label_set_remembers_its_own() -> None:
    assert names("Tiene colesterol alto.", label_set="symptoms") == [("colesterol alto", "SINTOMA")]
    assert names("Tiene colesterol alto.", label_set="diseases") == []


def test_how_likely_a_form_is_marked_grows_with_how_often_it_was_seen() -> None:
    once, often = Form(DRUG, 1, 1, 1.0), Form(DRUG, 20, 20, 1.0)

    assert 0.5 < once.score < often.score < 1


@given(st.lists(st.sampled_from(["colesterol", "HDL", "rituximab", "alto", "y", ",", "oxígeno"]), max_size=12))
def test_spans_never_overlap_and_stand_in_the_order_of_the_text(words: list[str]) -> None:
    text = " ".join(words)
    found = [marked(text, "HDL", DRUG)] if "HDL" in words else []

    spans = [each.span for each in KNOWN.recall(read(text)).amended(found, "pharmaconer")]

    assert all(one.end <= other.start for one, other in pairwise(spans))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}x",
        "[1]",
        "{}",
        '{"forms": [], "common": []}',
        '{"forms": [{"label_sets": ["a"]}], "names": [], "common": []}',
        '{"forms": [{"label_sets": ["a"], "forms": []}], "names": [], "common": []}',
        '{"forms": [], "names": [{"label_sets": ["a"], "forms": []}], "common": []}',
        '{"forms": [], "names": [], "common": [{"label_sets": ["a"], "forms": 1}]}',
    ],
)
def test_a_file_that_is_no_list_of_mentions_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "mentions.json").write_text(content, encoding="utf-8")

    with pytest.raises(CorruptArtifact, match=r"no list of mentions; reinstall epicrisis\.$"):
        load(tmp_path / "mentions.json")


def test_label_sets_that_remember_the_same_share_a_group(tmp_path: Path) -> None:
    group = {"label_sets": ["symptoms", "symptoms_base"], "forms": {"fiebre": ["SINTOMA", 9, 10, 1.0]}}
    content = {"forms": [group], "names": [], "common": []}
    (tmp_path / "mentions.json").write_text(json.dumps(content), encoding="utf-8")

    recalled = load(tmp_path / "mentions.json").recall(read("Fiebre."))

    for label_set in group["label_sets"]:
        assert [each.label for each in recalled.amended([], label_set)] == ["SINTOMA"]


def test_the_names_of_a_vocabulary_count_as_seen_once_and_what_annotators_marked_counts_more(tmp_path: Path) -> None:
    content = {
        "forms": [{"label_sets": ["clinical"], "forms": {"keppra": ["MEDICATION", 3, 3, 1.0]}}],
        "names": [{"label_sets": ["clinical"], "label": "MEDICATION", "forms": ["keppra", "mesna"]}],
        "common": [],
    }
    (tmp_path / "mentions.json").write_text(json.dumps(content), encoding="utf-8")

    found = load(tmp_path / "mentions.json").recall(read("Keppra, Mesna.")).amended([], "clinical")

    assert [(each.label, each.score) for each in found] == [("MEDICATION", 0.8), ("MEDICATION", 0.6667)]
