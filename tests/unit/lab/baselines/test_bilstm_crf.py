"""The CRF of the BiLSTM-CRF counts as counting every path by hand would."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="baselines need the bench extra")

from epicrisis_lab.baselines.bilstm_crf import Tagger, load, save  # noqa: E402

SENTENCES = [["toma", "aspirina", "500", "mg", "."], ["fiebre", "alta"], ["tos"]]


@pytest.fixture
def tagger() -> Tagger:
    torch.manual_seed(1)
    made = Tagger(["O", "B-X", "I-X"], ["toma", "aspirina"], "aimost")
    for weights in (made.moves, made.first, made.last):
        torch.nn.init.normal_(weights)
    return made.eval()


def score(tagger: Tagger, sentence: Sequence[str], path: Sequence[int]) -> float:
    emissions = tagger.emissions(tagger.batch([sentence]))[0]
    moves = tagger.moves + tagger.barred
    steps = sum(moves[a, b] for a, b in pairwise(path))
    words = sum(emissions[place, tag] for place, tag in enumerate(path))
    return float((tagger.first + tagger.barred_first)[path[0]] + steps + words + tagger.last[path[-1]])


def every(tagger: Tagger, sentence: Sequence[str]) -> dict[tuple[int, ...], float]:
    return {path: score(tagger, sentence, path) for path in product(range(3), repeat=len(sentence))}


@torch.inference_mode()
def test_the_loss_of_a_batch_is_that_of_all_paths_of_each_sentence(tagger: Tagger) -> None:
    gold = [(0, 1, 2, 2, 0), (1, 2), (0,)]
    tags = torch.tensor([[*path, *[0] * (5 - len(path))] for path in gold])

    loss = tagger.loss(tagger.batch(SENTENCES), tags)

    by_hand = [
        float(torch.logsumexp(torch.tensor(list(paths.values())), 0)) - paths[path]
        for path, paths in ((path, every(tagger, sentence)) for path, sentence in zip(gold, SENTENCES, strict=True))
    ]
    assert float(loss) == pytest.approx(sum(by_hand) / 3, abs=1e-4)


@torch.inference_mode()
def test_the_tags_given_are_those_of_the_best_path(tagger: Tagger) -> None:
    best = [max(paths, key=lambda path: paths[path]) for paths in (every(tagger, each) for each in SENTENCES)]

    tagged = tagger.tag(SENTENCES)

    assert tagged == [[tagger.tags[tag] for tag in path] for path in best]


def test_no_tag_continues_what_never_began(tagger: Tagger) -> None:
    with torch.no_grad():
        tagger.scores.bias.copy_(torch.tensor([0.0, -9.0, 9.0]))

    assert all(not tags[0].startswith("I-") for tags in tagger.tag(SENTENCES))


def test_what_is_saved_reads_as_before(tagger: Tagger, tmp_path: Path) -> None:
    save(tagger, tmp_path / "x.pt", corpus="invented")

    again, told = load(tmp_path / "x.pt")

    assert again.tag(SENTENCES) == tagger.tag(SENTENCES)
    assert told == {"corpus": "invented"}
