"""The forms annotators marked are counted in the training examples of the sources named, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from epicrisis.engines.encoder.mentions import Form, load
from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.shipped import shipped
from epicrisis_lab.training.examples import Example
from epicrisis_lab.training.mentions import Counts, remembered, write_mentions


def example(text: str, *names: str, source: str = "spaccc", split: str = "train", label: str = "FARMACO") -> Example:
    spans = [(text.index(name), text.index(name) + len(name), label) for name in names]
    return Example(id="1", source=source, split=split, text=text, tags={"medications": spans})


def counted(*examples: Example, sources: tuple[str, ...] = ("spaccc",)) -> Counts:
    tokenizer = PieceTokenizer(shipped("spanish") / "tokenizer.json")
    return remembered(examples, tokenizer, {"medications": sources})["medications"]


def test_a_form_is_counted_where_it_is_marked_and_where_it_is_not() -> None:
    counts = counted(
        example("Toma Ácido fólico.", "Ácido fólico"),
        example("Toma ácido fólico.", "ácido fólico"),
        example("Toma acido folico.", "acido folico"),
        example("Sin ácido fólico."),
    )

    assert counts.forms == {"acido folico": Form("FARMACO", 3, 4, 1.0)}


def test_what_stands_there_often_is_common_whether_it_is_marked_or_not() -> None:
    counts = counted(
        example("Toma aspirina de nuevo.", "aspirina"),
        example("Toma aspirina otra vez.", "aspirina"),
        example("Toma aspirina; ayer, heparina.", "aspirina"),
    )

    assert counts.common == [".", "aspirina", "toma", "toma aspirina"]


def test_neither_dev_nor_other_sources_are_remembered() -> None:
    counts = counted(
        example("Con aspirina.", "aspirina", split="dev"), example("Con heparina.", "heparina", source="cardioccc")
    )

    assert counts == Counts({}, [])


def test_what_is_written_is_what_the_engine_reads(tmp_path: Path) -> None:
    counts = counted(example("Con aspirina.", "aspirina"))

    write_mentions({"medications": counts, "medications_base": counts}, tmp_path)

    assert load(tmp_path / "mentions.json").label_sets == {"medications", "medications_base"}
    assert (tmp_path / "mentions.json").read_text(encoding="utf-8").count("aspirina") == 1
