"""The shipped encoder: every piece answered once, the same alone and in company, on either runtime."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from epicrisis.domain.spans import Span
from epicrisis.engines.counting import counting
from epicrisis.engines.encoder.load import LoadedEncoder, load_encoder
from epicrisis.engines.encoder.session import open_session
from epicrisis.engines.shipped import shipped
from epicrisis.errors import CorruptArtifact, MissingArtifact, MissingDependency

SENTENCES = [
    "Denies chest pain.",
    "History of hypertension, diabetes and gout.",
    "Possible pneumonia.",
    "ok",
    "Lungs are clear to auscultation bilaterally, without wheezes, rales or rhonchi. " * 30,
]


@pytest.fixture(scope="module")
def loaded() -> LoadedEncoder:
    return load_encoder(shipped("english"))


def test_each_piece_is_answered_once(loaded: LoadedEncoder) -> None:
    for reading in loaded.encoder.read(SENTENCES):
        assert len(reading.tags) == len(reading.pieces)
        owned = [piece for part in reading.parts for piece in range(part.window.own_start, part.window.own_end)]
        assert owned == list(range(len(reading.pieces)))


def test_company_changes_no_number(loaded: LoadedEncoder) -> None:
    together = loaded.encoder.read(SENTENCES)

    for sentence, reading in zip(SENTENCES, together, strict=True):
        [alone] = loaded.encoder.read([sentence])
        assert np.array_equal(alone.tags, reading.tags)
        assert np.array_equal(alone.sentence, reading.sentence)


def test_threads_change_no_number(loaded: LoadedEncoder) -> None:
    expected = loaded.encoder.read(SENTENCES)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: loaded.encoder.read(SENTENCES), range(16)))

    for answer in answers:
        assert all(np.array_equal(a.tags, b.tags) for a, b in zip(answer, expected, strict=True))


def test_every_token_it_reads_is_counted_and_the_padding_beside_them(loaded: LoadedEncoder) -> None:
    with counting() as counts:
        readings = loaded.encoder.read(SENTENCES)

    # Each window stands between two special pieces; where two windows overlap, a piece is read twice.
    parts = [part for reading in readings for part in reading.parts]
    batches = {id(part.batch): part.batch.mask.size for part in parts}
    assert len(parts) > len(SENTENCES)
    assert counts["encoder"].read == sum(part.window.end - part.window.start + 2 for part in parts)
    assert counts["encoder"].read + counts["encoder"].padding == sum(batches.values())
    assert counts["encoder"].padding > 0


def test_what_the_labeller_reads_is_counted_and_what_is_too_long_for_it_is_not(loaded: LoadedEncoder) -> None:
    assert loaded.labeller is not None
    *fit, too_long = SENTENCES

    with counting() as counts:
        loaded.labeller.label([*fit, too_long])

    assert list(counts) == ["labeller"]
    assert counts["labeller"].read == sum(loaded.encoder.tokenizer.count(text) + 2 for text in fit)


def test_a_target_far_into_a_long_text_is_judged_in_a_window_that_shows_it_whole(loaded: LoadedEncoder) -> None:
    text = "The lungs are clear. " * 60 + "He denies chest pain. " + "The lungs are clear. " * 60
    start = text.index("chest pain")
    [reading] = loaded.encoder.read([text])

    [judgement] = loaded.encoder.judge([(reading, Span(start, start + len("chest pain")))])

    assert judgement is not None
    assert loaded.labels.statuses[int(judgement.status.argmax())] == "ABSENT"
    denies = reading.pieces.of(Span(start - len("denies "), start))
    assert denies is not None
    # The two special pieces around a window draw attention too, so the words share what is left of 1.
    every = judgement.share(0, len(reading.pieces))
    assert every <= 1.001
    assert judgement.share(*denies) / (denies[1] - denies[0]) > 5 * every / len(judgement.attention)


def test_a_text_without_pieces_is_read_as_nothing(loaded: LoadedEncoder) -> None:
    [reading] = loaded.encoder.read(["\u200b"])

    assert len(reading.pieces) == 0
    assert loaded.encoder.judge([(reading, Span(0, 1))]) == [None]


@pytest.mark.skipif(not find_spec("onnxruntime"), reason="needs the onnxruntime extra")
def test_the_fallback_runtime_reads_the_same_tags(loaded: LoadedEncoder) -> None:
    other = load_encoder(shipped("english"), runtime="onnxruntime")

    for ours, theirs in zip(loaded.encoder.read(SENTENCES), other.encoder.read(SENTENCES), strict=True):
        clinical = loaded.encoder.heads["clinical"]
        agree = ours.tags[:, clinical].argmax(-1) == theirs.tags[:, clinical].argmax(-1)
        assert agree.mean() > 0.98


def test_a_runtime_that_is_not_there_names_the_command_that_installs_it() -> None:
    with pytest.raises(MissingDependency, match="pip install no_such_runtime"):
        open_session(shipped("english") / "judge.onnx", threads=1, runtime="no_such_runtime")


@pytest.mark.parametrize("file", ["encoder.onnx", "judge.onnx", "tokenizer.json"])
def test_one_flipped_byte_is_refused_with_one_clear_line(tmp_path: Path, file: str) -> None:
    folder = Path(shutil.copytree(shipped("english"), tmp_path / "english"))
    content = bytearray((folder / file).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / file).write_bytes(content)

    with pytest.raises(CorruptArtifact, match=file.replace(".", r"\.")) as refused:
        load_encoder(folder)

    assert "\n" not in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(shipped("english"), tmp_path / "english"))
    (folder / "judge.onnx").unlink()

    with pytest.raises(MissingArtifact, match=r"judge\.onnx"):
        load_encoder(folder)


def test_a_card_that_does_not_say_what_the_outputs_mean_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(shipped("english"), tmp_path / "english"))
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    del card["labels"]["statuses"]
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")

    with pytest.raises(CorruptArtifact, match="statuses"):
        load_encoder(folder)
