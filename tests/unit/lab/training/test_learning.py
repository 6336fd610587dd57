"""A tiny encoder learns, teaches, and ships what it learnt, or does not ship."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the lab extra: make lab")
pytest.importorskip("transformers", reason="training needs the lab extra: make lab")

from tokenizers import Tokenizer  # noqa: E402

from epicrisis.domain.documents import Document  # noqa: E402
from epicrisis.domain.spans import Span  # noqa: E402
from epicrisis.engines.encoder.load import load_encoder  # noqa: E402
from epicrisis.engines.reader import ModelReader  # noqa: E402
from epicrisis_lab.errors import LostAccuracy, NothingToScore  # noqa: E402
from epicrisis_lab.training.batches import Item  # noqa: E402
from epicrisis_lab.training.devscores import predict, score  # noqa: E402
from epicrisis_lab.training.distil import label_silver, load_silver, save_silver  # noqa: E402
from epicrisis_lab.training.encoding import encode_all  # noqa: E402
from epicrisis_lab.training.examples import Example  # noqa: E402
from epicrisis_lab.training.finetune import FinetuneConfig, finetune  # noqa: E402
from epicrisis_lab.training.model import ClinicalModel  # noqa: E402
from epicrisis_lab.training.package import package  # noqa: E402
from tests.unit.lab.training.tiny import CPU, HIDDEN, TOKENIZER, shown, tiny  # noqa: E402

CONFIG = FinetuneConfig(epochs=40, budget=256, rate=1e-3, head_rate=3e-3, ema=0.9, score_every=40)
FACTS = {"name": "tiny", "version": "0", "summary": "s", "languages": ["en"], "licence": "Apache-2.0"}


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return shown()


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(TOKENIZER))


@pytest.fixture(scope="module")
def learnt(examples: list[Example], tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> ClinicalModel:
    encoded = encode_all(examples, tokenizer)
    model = tiny(tokenizer)
    finetune(model, [Item(e) for e in encoded], encoded, CONFIG, tmp_path_factory.mktemp("run"), CPU)
    return model


def test_it_learns_what_it_is_shown(learnt: ClinicalModel, examples: list[Example], tokenizer: Tokenizer) -> None:
    encoded = encode_all(examples, tokenizer)

    scores = score(encoded, predict([learnt], encoded, CPU))

    assert scores["test.clinical.f1"] > 0.9
    assert scores["test.status.accuracy"] > 0.9
    assert scores["test.sentence.accuracy"] > 0.9


def test_what_ships_answers_as_what_was_trained(
    learnt: ClinicalModel, examples: list[Example], tokenizer: Tokenizer, tmp_path: Path
) -> None:
    encoded = encode_all(examples, tokenizer)
    [probabilities] = predict([learnt], encoded[:1], CPU)

    fitted = package(learnt, TOKENIZER, examples, tmp_path / "tiny", FACTS, main="mtsamples_status")

    reader = ModelReader(load_encoder(tmp_path / "tiny"))
    text = examples[0].text
    target = Span(examples[0].targets[0].start, examples[0].targets[0].end)
    [assertion] = reader.assess(Document(id="n", text=text), [target])
    assert assertion.status == "ABSENT"
    assert [text[c.span.start : c.span.end] for c in assertion.cues] == ["denies"]
    assert int(probabilities.status[0].argmax()) == 1
    assert all(0.05 <= value <= 20 for name, value in fitted.items() if name.endswith("temperature"))
    assert 0.0 <= fitted["clinical.threshold"] <= 0.65


def test_the_card_says_what_eight_bits_cost_on_the_main_corpus(
    learnt: ClinicalModel, examples: list[Example], tokenizer: Tokenizer, tmp_path: Path
) -> None:
    main = [replace(e, source="mtsamples_status") for e in examples[:9]]
    never_right = [
        replace(e, id=f"o{e.id}", targets=[replace(t, statuses=("NORMAL",)) for t in e.targets]) for e in main
    ]
    others = [replace(e, source="negex") for e in never_right]
    encoded = encode_all(main, tokenizer)
    scores = score(encoded, predict([learnt], encoded, CPU, autocast=False))

    package(learnt, TOKENIZER, [*others, *main], tmp_path / "tiny", FACTS, main="mtsamples_status")

    told = json.loads((tmp_path / "tiny" / "card.json").read_text(encoding="utf-8"))["quantisation"]
    assert set(told) == {"entities", "status"}
    assert told["entities"] == pytest.approx([scores["mtsamples_status.clinical.f1"]] * 2, abs=0.01)
    assert told["status"] == pytest.approx([scores["mtsamples_status.status.accuracy"]] * 2, abs=0.01)
    assert told["status"][0] > 0.9


def test_weights_that_eight_bits_ruin_do_not_ship(
    learnt: ClinicalModel, examples: list[Example], tokenizer: Tokenizer, tmp_path: Path
) -> None:
    # The first number of every vector is always 0, so what it is multiplied with counts for nothing, until it decides
    # how coarse the steps of its neighbours are.
    model = deepcopy(learnt)
    norm, target = model.encoder.encoder.layer[-1].output.LayerNorm, model.judge.target
    with torch.no_grad():
        norm.weight[0] = norm.bias[0] = 0.0
        target.weight[:, ::HIDDEN] = model.judge.pieces.weight[:, ::HIDDEN] = 1e5
    encoded = encode_all(examples, tokenizer)
    assert score(encoded, predict([model], encoded, CPU, autocast=False))["test.status.accuracy"] > 0.9
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "card.json").write_text("{}", encoding="utf-8")

    with pytest.raises(LostAccuracy, match=r"0\.01 on dev.*status.*nothing was written"):
        package(model, TOKENIZER, examples, tmp_path / "tiny", FACTS, main="mtsamples_status")

    assert [path.read_text(encoding="utf-8") for path in (tmp_path / "tiny").iterdir()] == ["{}"]


def test_weights_that_nothing_can_be_said_of_do_not_ship(
    learnt: ClinicalModel, examples: list[Example], tmp_path: Path
) -> None:
    untold = [replace(e, targets=[]) for e in examples]

    with pytest.raises(NothingToScore, match="status"):
        package(learnt, TOKENIZER, untold, tmp_path / "tiny", FACTS, main="mtsamples_status")

    assert not (tmp_path / "tiny").exists()


def test_a_teacher_answers_unlabelled_text_and_the_answers_survive_the_disk(
    learnt: ClinicalModel, examples: list[Example], tokenizer: Tokenizer, tmp_path: Path
) -> None:
    unlabelled = [Example(f"u{n}", "silver_notes", "silver", e.text) for n, e in enumerate(examples)]

    items = label_silver([learnt, learnt], unlabelled, tokenizer, CPU)
    save_silver(items, tmp_path / "silver.npz")
    back = load_silver(tmp_path / "silver.npz", tokenizer)

    assert len(back) == len(items) == len(examples)
    assert any(item.encoded.kept_targets for item in back)
    for one, other in zip(items, back, strict=True):
        assert one.encoded.example.text == other.encoded.example.text
        assert one.soft is not None
        assert other.soft is not None
        assert np.array_equal(one.soft.tags["clinical"], other.soft.tags["clinical"])


def test_a_teacher_is_not_asked_about_what_one_window_does_not_hold(
    learnt: ClinicalModel, examples: list[Example], tokenizer: Tokenizer
) -> None:
    texts = ["She has fever.", "She has fever. " * 100, "  "]
    unlabelled = [Example(f"u{n}", "silver_notes", "silver", text) for n, text in enumerate(texts)]

    items = label_silver([learnt], unlabelled, tokenizer, CPU)

    assert [item.encoded.example.text for item in items] == ["She has fever."]
