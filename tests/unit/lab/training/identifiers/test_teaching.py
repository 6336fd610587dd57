"""The head over frozen vectors: it learns what it is shown, goes on after a stop, and ships as the engine reads it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the lab extra: make lab")
pytest.importorskip("onnx", reason="training needs the lab extra: make lab")

from epicrisis.domain.documents import Document  # noqa: E402
from epicrisis.domain.identifiers import OVER_89, IdentifierKind  # noqa: E402
from epicrisis.engines.artifacts import Artifact  # noqa: E402
from epicrisis.engines.encoder.load import LoadedEncoder, load_encoder, shipped  # noqa: E402
from epicrisis.engines.privacy.head import headed  # noqa: E402
from epicrisis.engines.privacy.tagger import Tagger  # noqa: E402
from epicrisis_lab.training.identifiers.caching import UNKNOWN, Cached, cache, cached  # noqa: E402
from epicrisis_lab.training.identifiers.gathering import Lesson  # noqa: E402
from epicrisis_lab.training.identifiers.model import KINDS, IdentifierHead, Shape  # noqa: E402
from epicrisis_lab.training.identifiers.packaging import package_head  # noqa: E402
from epicrisis_lab.training.identifiers.teaching import Teaching, TeachingConfig  # noqa: E402

SMALL = Shape(seen=32, letters=8, spelled=16, size=32, heads=2, dropout=0.0)
TEACHING = TeachingConfig(epochs=40, budget=256, rate=8e-3, warm=2, blind=0.0, ema=0.9, shape=SMALL)
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
def loaded() -> LoadedEncoder:
    return load_encoder(shipped("english"))


@pytest.fixture(scope="module")
def rows(loaded: LoadedEncoder, tmp_path_factory: pytest.TempPathFactory) -> list[Cached]:
    folder = tmp_path_factory.mktemp("cache")
    cache(loaded.encoder, [lesson(*each, dev=dev) for each in SHOWN for dev in (False, True)], folder)
    return cached(folder)


def taught(rows: list[Cached], folder: Path, epochs: int) -> IdentifierHead:
    torch.manual_seed(1)
    head = IdentifierHead(SMALL)
    Teaching(head, rows, replace(TEACHING, epochs=epochs)).run(folder)
    return head


@pytest.fixture(scope="module")
def tagger(loaded: LoadedEncoder, rows: list[Cached], tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    folder = tmp_path_factory.mktemp("shipped")
    shutil.copyfile(shipped("english") / "card.json", folder / "card.json")
    package_head(taught(rows, tmp_path_factory.mktemp("taught"), TEACHING.epochs), rows, folder)
    return headed(loaded, Artifact(folder))


def test_each_word_has_a_tag_and_an_unsure_one_teaches_nothing(loaded: LoadedEncoder, tmp_path: Path) -> None:
    unsure = Lesson("Dr. X saw Ana.", ((10, 13, IdentifierKind.NAME),), ((4, 5),), "plain", dev=False)

    cache(loaded.encoder, [unsure], tmp_path)

    [row] = cached(tmp_path)
    assert row.tags.tolist() == [0, 0, UNKNOWN, 0, 1 + 2 * KINDS.index(IdentifierKind.NAME), 0]
    assert row.vectors.shape == (6, 384)


def test_a_run_that_was_stopped_ends_where_one_in_one_go_ends(rows: list[Cached], tmp_path: Path) -> None:
    whole = taught(rows, tmp_path / "whole", 4).state_dict()

    # What stops a run leaves its checkpoint, and the length of the run decides how fast it learns: same config.
    torch.manual_seed(1)
    stopped = Teaching(IdentifierHead(SMALL), rows, replace(TEACHING, epochs=4))
    stopped._config = replace(stopped._config, epochs=2)
    stopped.run(tmp_path / "parts")
    again = taught(rows, tmp_path / "parts", 4).state_dict()

    assert all(torch.equal(whole[name], again[name]) for name in whole)


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


def test_the_card_says_what_the_graph_answers(tagger: Tagger) -> None:
    assert "phi.onnx" in tagger.card.sha256
    assert tagger.card.languages == ("en",)


def test_the_graph_answers_as_the_head_it_came_from(rows: list[Cached], tmp_path: Path) -> None:
    from epicrisis.engines.encoder.session import open_session
    from epicrisis_lab.training.identifiers.caching import padded
    from epicrisis_lab.training.identifiers.packaging import export_head

    head = taught(rows, tmp_path / "head", 1)
    export_head(head, tmp_path / "phi.onnx")
    batch = padded(rows)
    inputs = {name: batch[name] for name in ("hidden", "mask", "characters", "before")}

    [answer] = open_session(tmp_path / "phi.onnx", threads=1).run([inputs])

    with torch.no_grad():
        wanted = head.eval()(*(torch.from_numpy(array) for array in inputs.values())).numpy()
    inside = batch["mask"].astype(bool)
    assert np.abs(answer["tags"] - wanted)[inside].max() < 0.1
    assert json.dumps(answer["tags"].shape) == json.dumps(wanted.shape)
