"""A run that was stopped goes on as if it never was, dropout and masks included."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="training needs the lab extra: make lab")
pytest.importorskip("transformers", reason="training needs the lab extra: make lab")

from tokenizers import Tokenizer  # noqa: E402

from epicrisis_lab.training.batches import Item  # noqa: E402
from epicrisis_lab.training.encoding import Encoded, encode_all  # noqa: E402
from epicrisis_lab.training.finetune import FinetuneConfig, finetune  # noqa: E402
from epicrisis_lab.training.pretrain import PretrainConfig, pack, pretrain  # noqa: E402
from tests.unit.lab.training.tiny import CPU, HIDDEN, TOKENIZER, shown, tiny  # noqa: E402

TUNING = FinetuneConfig(epochs=3, budget=64, rate=1e-3, head_rate=3e-3, ema=0.9, repeats={"test": 1.5})
ADAPTING = PretrainConfig(epochs=3, rows=4, pieces=32, rate=3e-3, head_steps=2)
SENTENCES = ["The patient denies fever. The lungs are clear to auscultation."] * 60


class Killed(Exception):
    """The machine went away."""


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(TOKENIZER))


@pytest.fixture(scope="module")
def encoded(tokenizer: Tokenizer) -> list[Encoded]:
    return encode_all(shown(), tokenizer)


def killed_in_the_third_epoch(encoder: Any, folder: Path) -> None:
    """Kill the run once ``encoder`` has taken a step of an epoch after the two that are in the log."""
    taken = 0

    def look(*_: Any) -> None:
        nonlocal taken
        taken += encoder.training and len(epochs(folder)) == 2
        if taken == 2:
            raise Killed

    encoder.register_forward_pre_hook(look)


def epochs(folder: Path) -> list[int]:
    log = folder / "log.jsonl"
    return [json.loads(line)["epoch"] for line in log.read_text().splitlines()] if log.exists() else []


def same(one: Any, other: Any) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.allclose(mine, yours, atol=1e-5) for mine, yours in pairs)


def test_fine_tuning_goes_on_as_if_it_was_never_stopped(
    encoded: list[Encoded], tokenizer: Tokenizer, tmp_path: Path
) -> None:
    items = [Item(e) for e in encoded]
    straight, stopped, again = (tiny(tokenizer, dropout=0.1) for _ in range(3))
    scores = finetune(straight, items, encoded, TUNING, tmp_path / "straight", CPU)
    killed_in_the_third_epoch(stopped.encoder, tmp_path / "stopped")

    with pytest.raises(Killed):
        finetune(stopped, items, encoded, TUNING, tmp_path / "stopped", CPU)
    torch.manual_seed(7)
    resumed = finetune(again, items, encoded, TUNING, tmp_path / "stopped", CPU)

    assert same(straight, again)
    assert resumed == scores
    assert epochs(tmp_path / "stopped") == [1, 2, 3]


def test_a_run_that_is_over_still_tells_its_scores(
    encoded: list[Encoded], tokenizer: Tokenizer, tmp_path: Path
) -> None:
    items = [Item(e) for e in encoded]
    first, again = tiny(tokenizer), tiny(tokenizer)
    scores = finetune(first, items, encoded, TUNING, tmp_path, CPU)

    assert finetune(again, items, encoded, TUNING, tmp_path, CPU) == scores != {}
    assert same(first, again)
    assert epochs(tmp_path) == [1, 2, 3]


def test_another_seed_is_another_run(encoded: list[Encoded], tokenizer: Tokenizer, tmp_path: Path) -> None:
    items = [Item(e) for e in encoded]
    one, other = tiny(tokenizer, dropout=0.1), tiny(tokenizer, dropout=0.1)

    finetune(one, items, encoded, TUNING, tmp_path / "one", CPU)
    finetune(other, items, encoded, replace(TUNING, seed=2), tmp_path / "other", CPU)

    assert not same(one, other)


def test_pre_training_goes_on_as_if_it_was_never_stopped(tokenizer: Tokenizer, tmp_path: Path) -> None:
    packed = pack(SENTENCES, tokenizer, ADAPTING.pieces)
    straight, stopped, again = (tiny(tokenizer, dropout=0.1).encoder for _ in range(3))
    pretrain(straight, HIDDEN, packed, tokenizer, ADAPTING, tmp_path / "straight", CPU)
    killed_in_the_third_epoch(stopped, tmp_path / "stopped")

    with pytest.raises(Killed):
        pretrain(stopped, HIDDEN, packed, tokenizer, ADAPTING, tmp_path / "stopped", CPU)
    torch.manual_seed(7)
    pretrain(again, HIDDEN, packed, tokenizer, ADAPTING, tmp_path / "stopped", CPU)

    assert same(straight, again)
    assert epochs(tmp_path / "stopped") == [1, 2, 3]


def test_pre_training_guesses_masked_words_better_and_better(tokenizer: Tokenizer, tmp_path: Path) -> None:
    packed = pack(SENTENCES, tokenizer, ADAPTING.pieces)
    encoder = tiny(tokenizer).encoder

    pretrain(encoder, HIDDEN, packed, tokenizer, replace(ADAPTING, epochs=6), tmp_path, CPU)

    losses = [json.loads(line)["loss"] for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert losses[-1] < 0.5 * losses[0]
