"""A smaller encoder keeps the layers it is told to keep, and what is frozen stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs the lab extra: make lab")
pytest.importorskip("transformers", reason="training needs the lab extra: make lab")

from epicrisis_lab.training.batches import Item  # noqa: E402
from epicrisis_lab.training.devscores import predict  # noqa: E402
from epicrisis_lab.training.encoding import encode_all  # noqa: E402
from epicrisis_lab.training.finetune import FinetuneConfig, finetune  # noqa: E402
from epicrisis_lab.training.model import build_model, inner_of, layers_in, thinned  # noqa: E402
from epicrisis_lab.training.stages import MODEL, Ground, load_model, run_finetune, tokenizer_of  # noqa: E402
from tests.unit.lab.training.small_base import LAYERS  # noqa: E402
from tests.unit.lab.training.spanish_ground import HEADS, ground, shown  # noqa: E402
from tests.unit.lab.training.tiny import CPU  # noqa: E402

SETTINGS = {"epochs": 1, "budget": 512}


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return ground(tmp_path_factory.mktemp("field"))


def test_a_thinned_model_has_the_layers_that_were_chosen_in_that_order(field: Ground) -> None:
    whole = build_model(field.base, heads=HEADS)
    layers = list(inner_of(whole).encoder.layer)

    small = thinned(whole, (0, 3, 5))

    assert list(inner_of(small).encoder.layer) == [layers[0], layers[3], layers[5]]
    assert layers_in(small.state_dict()) == inner_of(small).config.num_hidden_layers == 3


def test_a_model_with_every_layer_is_left_as_it_is(field: Ground) -> None:
    whole = build_model(field.base, heads=HEADS)
    before = inner_of(whole).encoder.layer

    assert inner_of(thinned(whole, range(LAYERS))).encoder.layer is before
    assert layers_in(whole.state_dict()) == LAYERS


def test_a_thinned_model_is_read_back_as_it_was_taught(field: Ground, tmp_path: Path) -> None:
    encoded = encode_all(shown(), tokenizer_of(field.ours))

    run_finetune(field, tmp_path, {**SETTINGS, "layers": [1, 4]})

    saved = torch.load(tmp_path / MODEL, weights_only=True)
    model = load_model(field, tmp_path / MODEL)
    assert layers_in(saved) == 2
    assert all(torch.equal(value, saved[name].float()) for name, value in model.state_dict().items())
    assert len(predict([model], encoded, CPU, autocast=False)) == len(encoded)


def test_a_run_that_goes_on_from_a_thinned_model_keeps_its_layers(field: Ground, tmp_path: Path) -> None:
    run_finetune(field, tmp_path / "student", {**SETTINGS, "layers": [0, 5]})

    run_finetune(field, tmp_path / "polished", SETTINGS, start=tmp_path / "student")

    assert layers_in(torch.load(tmp_path / "polished" / MODEL, weights_only=True)) == 2


@pytest.mark.parametrize("frozen", [0, 2])
def test_word_vectors_and_frozen_layers_stay_as_they_were(field: Ground, tmp_path: Path, frozen: int) -> None:
    encoded = encode_all(shown(), tokenizer_of(field.ours))
    model = build_model(field.base, heads=HEADS)
    before = {name: value.clone() for name, value in model.state_dict().items()}

    finetune(model, [Item(e) for e in encoded], encoded, FinetuneConfig(**SETTINGS, frozen=frozen), tmp_path, CPU)

    moved = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    changed = {name.split(".")[3] for name in moved if name.startswith("encoder.encoder.layer.")}
    assert changed == {str(layer) for layer in range(frozen, LAYERS)}
    assert any(name.startswith("encoder.embeddings.") for name in moved) is (frozen == 0)
    assert any(name.startswith("tags.") for name in moved)


def test_two_models_answer_with_the_mean_of_what_each_says(field: Ground) -> None:
    encoded = encode_all(shown(), tokenizer_of(field.ours))
    torch.manual_seed(1)
    models = [build_model(field.base, heads=HEADS) for _ in range(2)]

    both = predict(models, encoded, CPU, autocast=False)

    one, other = (predict([model], encoded, CPU, autocast=False) for model in models)
    for together, mine, yours in zip(both, one, other, strict=True):
        assert set(together.tags) == set(HEADS.shipped)
        parts = [("status", "temporality", "experiencer", "sentence"), tuple(HEADS.shipped)]
        answers = [[getattr(soft, part) for part in parts[0]] for soft in (together, mine, yours)]
        tagged = [[soft.tags[head] for head in parts[1]] for soft in (together, mine, yours)]
        for mean, first, second in [*zip(*answers, strict=True), *zip(*tagged, strict=True)]:
            assert mean == pytest.approx((first.astype(float) + second) / 2, abs=1e-3)
    assert not all((a.sentence == b.sentence).all() for a, b in zip(one, other, strict=True))
