"""What a run reads: silver sentences are those the note reader sends, and half a folder never counts as done."""

from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis.domain.documents import Document
from epicrisis.engines.units import sections_of, sentence_units
from epicrisis_lab.training.examples import Example, read_examples
from epicrisis_lab.training.prepare import ENTITY_CORPORA, EXAMPLES, SILVER, TEXT_CORPORA, TEXTS, prepare
from tests.unit.lab.files import entity, sentence, write

NOTE = (
    "FAMILY HISTORY:\nMother had gout.\n\nIMPRESSION:\n1. Mild regurgitation of\n   the valve.\n2. No fever.\n\n"
    "EXAM:\nLungs are clear.\n"
)
ANNOTATED = {
    "assertion/mtsamples_status": ".sentences.jsonl.gz",
    "assertion/negex": ".jsonl.gz",
    "assertion/bioscope": ".sentences.jsonl.gz",
    **{f"ner_en/{name}": ".jsonl.gz" for name in ENTITY_CORPORA},
}
ABSTRACT = "Aspirin was given to every mouse of the group. RESULTS: None."


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a sentence or a text of every corpus a run reads."""
    gold = sentence("g1", "No fever.", entity("fever", "PROBLEM", "ABSENT"), doc="mts1", sentence_label="ABSENT")
    plain = sentence("p1", ABSTRACT, doc="p1")
    data = tmp_path_factory.mktemp("data")
    for folder, ending in ANNOTATED.items():
        name = folder.partition("/")[2]
        row = {**(gold if name == "mtsamples_status" else plain), "source": name}
        (data / folder).mkdir(parents=True)
        for split in ("train", "dev"):
            write(data / folder / f"{split}{ending}", [{**row, "doc": f"{split}-{row['doc']}"}])
    for name in TEXT_CORPORA:
        (data / "ner_en" / name).mkdir(exist_ok=True)
        write(data / "ner_en" / name / "train.jsonl.gz", [{**plain, "source": name}])
    (data / "notes").mkdir()
    notes = [{"id": "n1", "text": NOTE}, {"id": "dev-mts1", "text": "A note a dev sentence was drawn from."}]
    write(data / "notes" / "mtsamples_dev.jsonl.gz", [{**note, "lang": "en", "source": "MTSamples"} for note in notes])
    return data


@pytest.fixture(scope="module")
def prepared(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that was prepared from the corpora."""
    folder = tmp_path_factory.mktemp("prepared")
    prepare(corpora, folder)
    return folder


def test_silver_is_what_the_note_reader_sends(prepared: Path) -> None:
    silver = read_examples(prepared / SILVER)

    note = Document(id="n1", text=NOTE)
    sent = [unit.text for unit in sentence_units(note, sections_of(note))]
    assert {"FAMILY HISTORY: Mother had gout.", "Mild regurgitation of\n   the valve.", "No fever."} <= set(sent)
    assert [e.text for e in silver if e.source == "silver_notes"] == [text for text in sent if text != "No fever."]
    assert [e.text for e in silver if e.source == "silver_abstracts"] == [ABSTRACT.split(" RESULTS")[0]]


def test_a_folder_that_is_whole_holds_nothing_half(prepared: Path) -> None:
    assert {path.name for path in prepared.iterdir()} == {EXAMPLES, SILVER, TEXTS}


def test_a_preparation_that_was_stopped_leaves_no_texts(corpora: Path, tmp_path: Path) -> None:
    in_the_way = tmp_path / "prepared" / SILVER
    in_the_way.mkdir(parents=True)

    with pytest.raises(IsADirectoryError):
        prepare(corpora, tmp_path / "prepared")

    assert read_examples(tmp_path / "prepared" / EXAMPLES)
    assert not (tmp_path / "prepared" / TEXTS).exists()


def test_examples_of_a_folder_that_says_more_can_be_read(tmp_path: Path) -> None:
    row = {"id": "a", "source": "s", "split": "dev", "text": "No fever.", "tags": {"cues": [[0, 2, "NEG"]]}}
    write(tmp_path / EXAMPLES, [{**row, "targets": [], "sentence": None, "windowed": True}])

    assert read_examples(tmp_path / EXAMPLES) == [Example("a", "s", "dev", "No fever.", {"cues": [(0, 2, "NEG")]})]
