from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis.engines.summary.models.contracts import LanguageModel, ModelKind, Prompt
from epicrisis.errors import CorruptArtifact, GenerationFailed, MissingArtifact, TextTooLong

torch = pytest.importorskip("torch", reason="the extra hf is not installed")
transformers = pytest.importorskip("transformers", reason="the extra hf is not installed")
tokenizers = pytest.importorskip("tokenizers", reason="the extra hf is not installed")

from epicrisis.engines.summary.models.pytorch import TorchModel  # noqa: E402  only where torch is

WORDS = ("<pad>", "<eos>", "<unk>", "denies", "fever", "cough", "say", "again", "takes", "aspirin")
ASKED = Prompt("say again", "denies fever")


def never() -> bool:
    return False


def tokenizer_in(folder: Path) -> None:
    cut = tokenizers.Tokenizer(
        tokenizers.models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="<unk>")
    )
    cut.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=cut, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>"
    ).save_pretrained(folder)


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("writer")
    torch.manual_seed(1)
    config = transformers.GPT2Config(
        vocab_size=len(WORDS), n_positions=64, n_embd=16, n_layer=1, n_head=2, bos_token_id=1, eos_token_id=1
    )
    transformers.GPT2LMHeadModel(config).save_pretrained(folder)
    tokenizer_in(folder)
    return folder


@pytest.fixture(scope="module")
def shortener(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("shortener")
    torch.manual_seed(1)
    config = transformers.T5Config(
        vocab_size=len(WORDS), d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2, decoder_start_token_id=0,
        eos_token_id=1, pad_token_id=0,
    )  # fmt: skip
    transformers.T5ForConditionalGeneration(config).save_pretrained(folder)
    tokenizer_in(folder)
    return folder


@pytest.mark.parametrize("kind", [ModelKind.TEXT_GENERATION, ModelKind.SUMMARIZATION, ModelKind.SEQ2SEQ])
def test_writes_the_same_for_the_same_prompt(kind: ModelKind, writer: Path, shortener: Path) -> None:
    model = TorchModel(writer if kind is ModelKind.TEXT_GENERATION else shortener, name="tiny", kind=kind)

    first, again = (model.complete(ASKED, most_tokens=6, stop=never, seconds=60) for _ in range(2))

    assert isinstance(model, LanguageModel)
    assert first == again
    assert len(model.card.sha256["model.safetensors"]) == 64


def test_stops_when_nobody_waits_or_time_is_over(writer: Path) -> None:
    model = TorchModel(writer, name="tiny", kind=ModelKind.TEXT_GENERATION)
    looks: list[bool] = []

    def soon() -> bool:
        looks.append(True)
        return len(looks) > 3

    assert len(model.complete(ASKED, most_tokens=40, stop=soon, seconds=60).split()) <= 4
    assert model.complete(ASKED, most_tokens=40, stop=never, seconds=0) == ""


def test_a_prompt_over_the_context_is_refused(writer: Path) -> None:
    model = TorchModel(writer, name="tiny", kind=ModelKind.TEXT_GENERATION)

    with pytest.raises(TextTooLong, match="takes 64"):
        model.complete(Prompt("say", "fever " * 100), most_tokens=6, stop=never, seconds=60)


def test_a_model_of_another_type_without_weights_or_closed_is_refused(writer: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text((writer / "config.json").read_text())
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04")
    model = TorchModel(writer, name="tiny", kind=ModelKind.TEXT_GENERATION)
    model.close()

    with pytest.raises(CorruptArtifact, match="cannot be loaded as seq2seq"):
        TorchModel(writer, name="tiny", kind=ModelKind.SEQ2SEQ)
    with pytest.raises(MissingArtifact, match=r"no \*\.safetensors"):
        TorchModel(tmp_path, name="tiny", kind=ModelKind.TEXT_GENERATION)
    with pytest.raises(GenerationFailed, match="was closed"):
        model.complete(ASKED, most_tokens=6, stop=never, seconds=60)
