"""A tiny encoder learns, goes on from a checkpoint as if never stopped, and ships what it learnt."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the lab extra: make lab")
pytest.importorskip("transformers", reason="training needs the lab extra: make lab")

from tokenizers import Tokenizer  # noqa: E402
from transformers import BertConfig, BertModel  # noqa: E402

from epicrisis.domain.documents import Document  # noqa: E402
from epicrisis.domain.spans import Span  # noqa: E402
from epicrisis.engines.encoder.load import load_encoder, shipped  # noqa: E402
from epicrisis.engines.reader import ModelReader  # noqa: E402
from epicrisis_lab.training.batches import Item  # noqa: E402
from epicrisis_lab.training.devscores import predict, score  # noqa: E402
from epicrisis_lab.training.distil import label_silver, load_silver, save_silver  # noqa: E402
from epicrisis_lab.training.encoding import encode_all  # noqa: E402
from epicrisis_lab.training.examples import Example  # noqa: E402
from epicrisis_lab.training.finetune import FinetuneConfig, finetune  # noqa: E402
from epicrisis_lab.training.marks import read_marks  # noqa: E402
from epicrisis_lab.training.model import ClinicalModel  # noqa: E402
from epicrisis_lab.training.package import package  # noqa: E402
from epicrisis_lab.training.pretrain import PretrainConfig, pack, pretrain  # noqa: E402

CPU = torch.device("cpu")
TOKENIZER = shipped("english") / "tokenizer.json"
PROBLEMS = ("fever", "cough", "chest pain", "nausea", "edema")
ROWS = [
    *(("ABSENT", f"She <<denies|NEG>> [[{problem}|PROBLEM:ABSENT]].") for problem in PROBLEMS),
    *(("PRESENT", f"She has [[{problem}|PROBLEM:PRESENT]].") for problem in PROBLEMS),
    *(("POSSIBLE", f"<<Possible|UNC>> [[{problem}|PROBLEM:POSSIBLE]].") for problem in PROBLEMS),
]
CONFIG = FinetuneConfig(epochs=40, budget=256, rate=1e-3, head_rate=3e-3, ema=0.9, score_every=40)


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return [read_marks(f"r{n}", label, marked, source="test", split="train") for n, (label, marked) in enumerate(ROWS)]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(TOKENIZER))


def tiny(tokenizer: Tokenizer) -> ClinicalModel:
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=48, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=96, attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0,
    )  # fmt: skip
    return ClinicalModel(BertModel(config, add_pooling_layer=False), 48, dropout=0.0)


@pytest.fixture(scope="module")
def learnt(examples: list[Example], tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> ClinicalModel:
    encoded = encode_all(examples, tokenizer)
    model = tiny(tokenizer)
    finetune(model, [Item(e) for e in encoded], encoded, CONFIG, tmp_path_factory.mktemp("run"), CPU)
    return model


def test_it_learns_what_it_is_shown(learnt: ClinicalModel, examples: list[Example], tokenizer: Tokenizer) -> None:
    encoded = encode_all(examples, tokenizer)

    scores = score(encoded, predict(learnt, encoded, CPU))

    assert scores["test.clinical.f1"] > 0.9
    assert scores["test.status.accuracy"] > 0.9
    assert scores["test.sentence.accuracy"] > 0.9


def test_a_run_that_was_stopped_goes_on_as_if_it_never_was(
    examples: list[Example], tokenizer: Tokenizer, tmp_path: Path
) -> None:
    encoded = encode_all(examples, tokenizer)
    items = [Item(e) for e in encoded]
    config = replace(CONFIG, epochs=3, score_every=1)
    straight, stopped = tiny(tokenizer), tiny(tokenizer)
    finetune(straight, items, encoded, config, tmp_path / "straight", CPU)

    class Killed(Exception):
        """The machine went away."""

    seen = 0

    def dying(count: int) -> None:
        nonlocal seen
        seen += 1
        if seen == count:
            raise Killed

    with pytest.raises(Killed):
        finetune(stopped, items, encoded, config, tmp_path / "stopped", CPU, after_epoch=lambda _: dying(2))
    again = tiny(tokenizer)
    finetune(again, items, encoded, config, tmp_path / "stopped", CPU)

    for (name, one), other in zip(straight.state_dict().items(), again.state_dict().values(), strict=True):
        assert torch.allclose(one, other, atol=1e-5), name
    epochs = [json.loads(line)["epoch"] for line in (tmp_path / "stopped" / "log.jsonl").read_text().splitlines()]
    assert epochs == [1, 2, 3]


def test_what_ships_answers_as_what_was_trained(
    learnt: ClinicalModel, examples: list[Example], tokenizer: Tokenizer, tmp_path: Path
) -> None:
    facts = {"name": "tiny", "version": "0", "summary": "s", "languages": ["en"], "licence": "Apache-2.0"}
    encoded = encode_all(examples, tokenizer)
    [probabilities] = predict(learnt, encoded[:1], CPU)

    fitted = package(learnt, TOKENIZER, examples, tmp_path / "tiny", facts)

    reader = ModelReader(load_encoder(tmp_path / "tiny"))
    text = examples[0].text
    target = Span(examples[0].targets[0].start, examples[0].targets[0].end)
    [assertion] = reader.assess(Document(id="n", text=text), [target])
    assert assertion.status == "ABSENT"
    assert [text[c.span.start : c.span.end] for c in assertion.cues] == ["denies"]
    assert int(probabilities.status[0].argmax()) == 1
    assert all(0.05 <= value <= 20 for name, value in fitted.items() if name.endswith("temperature"))
    assert 0.0 <= fitted["clinical.threshold"] <= 0.65


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


def test_pre_training_guesses_masked_words_better_and_better(tokenizer: Tokenizer, tmp_path: Path) -> None:
    packed = pack(["The patient denies fever. The lungs are clear to auscultation."] * 60, tokenizer, 32)
    encoder = tiny(tokenizer).encoder
    config = PretrainConfig(epochs=6, rows=4, pieces=32, rate=3e-3, head_steps=2)

    pretrain(encoder, 48, packed, tokenizer, config, tmp_path, CPU)

    losses = [json.loads(line)["loss"] for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert losses[-1] < 0.5 * losses[0]
