"""The tagger: it learns what it is shown, goes on after a stop, and ships as the engine reads it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the lab extra: make lab")
pytest.importorskip("onnx", reason="training needs the lab extra: make lab")

from epicrisis.domain.documents import Document  # noqa: E402
from epicrisis.domain.identifiers import OVER_89, IdentifierKind  # noqa: E402
from epicrisis.engines.encoder.pieces import PieceTokenizer  # noqa: E402
from epicrisis.engines.encoder.session import open_session  # noqa: E402
from epicrisis.engines.privacy.learnt import CONTEXT, WORDS, load_tagger  # noqa: E402
from epicrisis.engines.privacy.tagger import Tagger  # noqa: E402
from epicrisis.engines.shipped import shipped  # noqa: E402
from epicrisis_lab.training.identifiers.gathering import Lesson  # noqa: E402
from epicrisis_lab.training.identifiers.lessons import UNKNOWN, Row, padded, rows_of  # noqa: E402
from epicrisis_lab.training.identifiers.model import KINDS, IdentifierTagger, Shape, begin  # noqa: E402
from epicrisis_lab.training.identifiers.packaging import export_tagger, package_tagger  # noqa: E402
from epicrisis_lab.training.identifiers.teaching import READS, Teaching, TeachingConfig  # noqa: E402

TOKENIZER = shipped("english") / "tokenizer.json"
SMALL = Shape(vocabulary=30_000, words=16, letters=8, spelled=16, size=32, heads=2, dropout=0.0)
TEACHING = TeachingConfig(epochs=40, budget=256, rate=8e-3, warm=2, blind=0.0, ema=0.9)
SHOWN = [
    ("Seen by Ana Prueba today.", "Ana Prueba", IdentifierKind.NAME),
    ("MRN: 4417 is new.", "4417", IdentifierKind.MRN),
    ("She is 93 years old.", "93", IdentifierKind.AGE),
    ("No change in the wound.", "", IdentifierKind.NAME),
]


def lesson(text: str, words: str, kind: IdentifierKind, *, dev: bool) -> Lesson:
    start = text.index(words)
    marks = ((start, start + len(words), kind),) if words else ()
    return Lesson(text, marks, (), "mtsamples_phi", dev)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    lessons = [lesson(*each, dev=dev) for each in SHOWN for dev in (False, True)]
    return list(rows_of(PieceTokenizer(TOKENIZER), lessons))


def taught(rows: list[Row], folder: Path, epochs: int) -> IdentifierTagger:
    torch.manual_seed(1)
    tagger = IdentifierTagger(SMALL)
    Teaching(tagger, rows, replace(TEACHING, epochs=epochs)).run(folder)
    return tagger


@pytest.fixture(scope="module")
def tagger(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    folder = tmp_path_factory.mktemp("shipped")
    made = taught(rows, tmp_path_factory.mktemp("taught"), TEACHING.epochs)
    package_tagger(made, TOKENIZER, [row for row in rows if row.dev], folder)
    return load_tagger(folder)


def test_each_word_has_a_tag_and_an_unsure_one_teaches_nothing() -> None:
    unsure = Lesson("Dr. X saw Ana.", ((10, 13, IdentifierKind.NAME),), ((4, 5),), "plain", dev=False)

    [row] = rows_of(PieceTokenizer(TOKENIZER), [unsure])

    assert row.tags.tolist() == [0, 0, UNKNOWN, 0, 1 + 2 * KINDS.index(IdentifierKind.NAME), 0]
    assert (row.pieces[:, 0] > 0).all()


def test_a_run_that_was_stopped_ends_where_one_in_one_go_ends(rows: list[Row], tmp_path: Path) -> None:
    whole = taught(rows, tmp_path / "whole", 4).state_dict()

    # What stops a run leaves its checkpoint, and the length of the run decides how fast it learns: same config.
    torch.manual_seed(1)
    stopped = Teaching(IdentifierTagger(SMALL), rows, replace(TEACHING, epochs=4))
    stopped._config = replace(stopped._config, epochs=2)
    stopped.run(tmp_path / "parts")
    again = taught(rows, tmp_path / "parts", 4).state_dict()

    assert all(torch.equal(whole[name], again[name]) for name in whole)


def test_pieces_begin_as_the_main_directions_of_the_vectors_they_had() -> None:
    vectors = torch.randn(40, 3) @ torch.randn(3, 24)

    began = begin(replace(SMALL, vocabulary=40, words=3), vectors).pieces.weight.detach()

    # Three directions hold all of it, so the same pieces are near each other as before.
    wanted = torch.linalg.lstsq(began, vectors - vectors.mean(0)).solution
    assert torch.allclose(began @ wanted, vectors - vectors.mean(0), atol=1e-3)


def test_what_was_shown_is_found_with_its_kind_and_its_reason(tagger: Tagger) -> None:
    found = tagger.find([Document(str(number), text) for number, (text, _, _) in enumerate(SHOWN)])

    quoted = [
        [(text[i.span.start : i.span.end], i.kind) for i in own] for (text, _, _), own in zip(SHOWN, found, strict=True)
    ]
    assert quoted == [[(words, kind)] if words else [] for _, words, kind in SHOWN]
    assert [own[0].sub for own in found[:3]] == [None, None, OVER_89]
    assert all("4417" not in each.why and each.why for own in found for each in own)


def test_company_changes_no_answer_and_offsets_are_those_of_the_document(tagger: Tagger) -> None:
    long = Document("long", "Wound clean.\n\n" + "No change in the wound. " * 60 + SHOWN[0][0])

    [alone] = tagger.find([long])
    [_, together] = tagger.find([Document("other", SHOWN[1][0]), long])

    assert alone == together
    assert [long.text[each.span.start : each.span.end] for each in alone][-1] == "Ana Prueba"


def test_the_card_says_what_the_graphs_answer(tagger: Tagger) -> None:
    assert {WORDS, CONTEXT} <= tagger.card.sha256.keys()
    assert tagger.card.languages == ("en",)


def test_the_graphs_answer_as_the_tagger_they_came_from(rows: list[Row], tmp_path: Path) -> None:
    made = taught(rows, tmp_path / "taught", 1)
    export_tagger(made, tmp_path)
    batch = padded(rows)

    [words] = open_session(tmp_path / WORDS, threads=1).run([batch])
    [answer] = open_session(tmp_path / CONTEXT, threads=1).run([{**words, "mask": batch["mask"]}])

    with torch.no_grad():
        wanted = made.eval()(*(torch.from_numpy(batch[name]) for name in READS)).numpy()
    inside = batch["mask"].astype(bool)
    assert answer["tags"].shape == wanted.shape
    assert np.abs(answer["tags"] - wanted)[inside].max() < 0.1
