"""The forms annotators marked are counted in the training examples of the sources named, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from epicrisis.engines.encoder.mentions import Form, load
from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.shipped import shipped
from epicrisis_lab.training.examples import Example
from epicrisis_lab.training.mentions import remembered, write_mentions


def example(text: str, *names: str, source: str = "spaccc", split: str = "train", label: str = "FARMACO") -> Example:
    spans = [(text.index(name), text.index(name) + len(name), label) for name in names]
    return Example(id="1", source=source, split=split, text=text, tags={"medications": spans})


def counted(*examples: Example, sources: tuple[str, ...] = ("spaccc",)) -> dict[str, Form]:
    tokenizer = PieceTokenizer(shipped("spanish") / "tokenizer.json")
    return remembered(examples, tokenizer, {"medications": sources})["medications"]


def test_a_form_is_counted_where_it_is_marked_and_where_it_is_not() -> None:
    forms = counted(
        example("Toma Ácido fólico.", "Ácido fólico"),
        example("Toma ácido fólico.", "ácido fólico"),
        example("Toma acido folico.", "acido folico"),
        example("Sin ácido fólico."),
    )

    assert forms == {"acido folico": Form("FARMACO", 3, 4, 1.0)}


def test_a_form_that_is_seldom_marked_is_left_out() -> None:
    assert counted(example("Con oxígeno.", "oxígeno"), example("Sin oxígeno."), example("Saturación de oxígeno.")) == {}


def test_it_is_kept_where_labels_have_to_be_told_apart() -> None:
    forms = counted(
        example("Con oxígeno.", "oxígeno"),
        example("Sin oxígeno."),
        example("Saturación de oxígeno."),
        example("Con albúmina.", "albúmina", label="PROTEINA"),
    )

    assert forms == {"albumina": Form("PROTEINA", 1, 1, 1.0), "oxigeno": Form("FARMACO", 1, 3, 1.0)}


def test_neither_dev_nor_other_sources_are_remembered() -> None:
    forms = counted(
        example("Con aspirina.", "aspirina", split="dev"), example("Con heparina.", "heparina", source="cardioccc")
    )

    assert forms == {}


def test_what_is_written_is_what_the_engine_reads(tmp_path: Path) -> None:
    forms = counted(example("Con aspirina.", "aspirina"))

    write_mentions({"medications": forms, "medications_base": forms}, tmp_path)

    assert load(tmp_path / "mentions.json").label_sets == {"medications", "medications_base"}
    assert (tmp_path / "mentions.json").read_text(encoding="utf-8").count("aspirina") == 1
