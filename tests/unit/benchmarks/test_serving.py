"""The load is what the page says it is, and the ratios are those of the loads."""

from __future__ import annotations

from benchmarks.serving import mix
from benchmarks.serving.run import Pair
from benchmarks.serving.servers import Load


def test_the_load_is_of_different_sentences_as_long_as_it_says() -> None:
    made = mix.sentences(300)

    assert len(set(made)) == 300
    assert {len(sentence.split()) >= mix.SHORTEST for sentence in made} == {True}
    assert max(len(sentence.split()) for sentence in made) <= mix.LONGEST
    assert made == mix.sentences(300)


def test_a_note_is_as_long_as_asked() -> None:
    assert len(mix.note(3000)) == 3000
    assert len(mix.note(100_000)) == 100_000


def test_what_was_refused_is_no_answer() -> None:
    load = Load(clients=1, answers=100, seconds=10.0, errors=0, refused=40, p50=1.0, p95=2.0, p99=3.0)

    assert load.rate == 6.0


def test_a_batch_counts_its_sentences_and_the_ratio_is_of_requests() -> None:
    ours = Load(clients=4, answers=400, seconds=10.0, errors=0, refused=0, p50=10.0, p95=20.0, p99=30.0)
    theirs = Load(clients=4, answers=20, seconds=10.0, errors=0, refused=0, p50=100.0, p95=200.0, p99=600.0)

    row = Pair("batch", ours, theirs, each=64).row()

    assert "| 2,560 | 128.0 | **20.0 ×** |" in row
    assert "10.0 × | 30.0 | 600.0 | 20.0 × |" in row
