"""A finding is judged in its sentence, marked as the model's card asks, and the words that decided are named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from epicrisis.domain.assertions import SentenceLabel, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.hugging_face.engine import HuggingFaceAssertionEngine, load
from epicrisis.engines.assertion.hugging_face.rows import Asked, RowTokenizer
from epicrisis.engines.counting import Tokens, counting
from epicrisis.errors import TextTooLong, UnknownLanguage

CARD = "The patient recovered during the night and now denies any {} shortness of breath {}."
CARD_TEXT = "The patient recovered during the night and now denies any shortness of breath."


@pytest.fixture(scope="module")
def engine(folder: Path) -> HuggingFaceAssertionEngine:
    return load(str(folder))


def span_of(text: str, finding: str) -> Span:
    start = text.index(finding)
    return Span(start, start + len(finding))


def test_the_example_of_the_card_is_absent_because_of_denies(engine: HuggingFaceAssertionEngine) -> None:
    document = Document(id="n1", text=CARD_TEXT)

    [assertion] = engine.assess(document, [span_of(CARD_TEXT, "shortness of breath")])

    assert assertion.status is Status.ABSENT
    assert assertion.confidence > 0.9
    assert [document.quote(cue.span) for cue in assertion.cues] == ["denies"]


@pytest.mark.parametrize(
    ("text", "finding", "status"),
    [
        ("Ana Ruiz Prueba has fever.", "fever", Status.PRESENT),
        ("Suspected pneumonia today.", "pneumonia", Status.POSSIBLE),
        ("Mother had gout. He denies fever. The patient may have edema.", "gout", Status.PRESENT),
        ("Mother had gout. He denies fever. The patient may have edema.", "fever", Status.ABSENT),
        ("Mother had gout. He denies fever. The patient may have edema.", "edema", Status.POSSIBLE),
    ],
)
def test_only_the_sentence_around_a_finding_decides(
    engine: HuggingFaceAssertionEngine, text: str, finding: str, status: Status
) -> None:
    [assertion] = engine.assess(Document(id="n1", text=text), [span_of(text, finding)])

    assert assertion.status is status


def test_sentences_are_judged_together_as_alone(engine: HuggingFaceAssertionEngine) -> None:
    texts = ["He denies fever.", "Possible gout and edema.", "The patient has cough."]
    findings = [["fever"], ["gout", "edema"], ["cough"]]
    documents = [Document(id=str(number), text=text) for number, text in enumerate(texts)]
    targets = [[span_of(text, each) for each in own] for text, own in zip(texts, findings, strict=True)]

    together = engine.assess_many(documents, targets)

    assert together == [
        list(engine.assess(document, own)) for document, own in zip(documents, targets, strict=True)
    ]  # fmt: skip


def test_every_token_the_model_reads_is_counted(engine: HuggingFaceAssertionEngine) -> None:
    with counting() as counts:
        engine.sentence_labels(["He denies fever.", "Possible gout and edema."])

    read = engine.pieces("He denies fever.") + engine.pieces("Possible gout and edema.")
    assert counts == {"classifier": Tokens(read=read, padding=2 * 16 - read)}


def test_the_model_reads_exactly_what_its_card_writes(folder: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    expected = tokenizer(CARD.format("[entity]", "[entity]")).input_ids
    rows = RowTokenizer(tokenizer.backend_tokenizer, limit=64, pad=0)

    [row] = rows.rows([Asked(CARD_TEXT, span_of(CARD_TEXT, "shortness of breath"))])

    assert list(row) == expected


def test_a_note_that_spells_a_special_piece_does_not_have_it(engine: HuggingFaceAssertionEngine) -> None:
    plain = Document(id="n1", text="[SEP] [entity] [CLS] The patient denies fever.")

    [assertion] = engine.assess(plain, [span_of(plain.text, "fever")])

    assert assertion.status is Status.ABSENT
    assert engine.pieces(plain.text) > engine.pieces("The patient denies fever.") + 3


def test_a_sentence_beyond_the_limit_is_cut_around_its_finding(engine: HuggingFaceAssertionEngine) -> None:
    text = "today " * 400 + "the patient denies fever."

    [assertion] = engine.assess(Document(id="n1", text=text), [span_of(text, "fever")])

    assert assertion.target == span_of(text, "fever")
    assert any("64 pieces" in limit for limit in engine.card.limits)


def test_a_bare_sentence_gets_a_label_of_its_own(engine: HuggingFaceAssertionEngine) -> None:
    denied, possible = engine.sentence_labels(["The patient denies chest pain.", "Possible pneumonia."])

    assert (denied.label, possible.label) == (SentenceLabel.ABSENT, SentenceLabel.POSSIBLE)
    assert sum(denied.scores.values()) == pytest.approx(1, abs=1e-3)
    assert denied.scores[SentenceLabel.ABSENT] > 0.9


def test_a_bare_sentence_over_the_limit_is_refused_and_not_quoted(engine: HuggingFaceAssertionEngine) -> None:
    with pytest.raises(TextTooLong, match=r"has 102 pieces; .* reads 64") as refused:
        engine.sentence_labels(["fever " * 100])

    assert "fever" not in str(refused.value)


def test_another_language_is_refused(engine: HuggingFaceAssertionEngine) -> None:
    with pytest.raises(UnknownLanguage):
        engine.assess(Document(id="n1", text="Niega fiebre.", language="es"), [Span(6, 12)])


def test_a_model_without_the_mark_judges_the_sentence_and_says_so(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "unmarked")
    told = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    told["added_tokens"] = [token for token in told["added_tokens"] if token["content"] != "[entity]"]
    (tmp_path / "unmarked" / "tokenizer.json").write_text(json.dumps(told), encoding="utf-8")

    engine = load(str(tmp_path / "unmarked"))

    text = "the patient denies fever" + " today" * 200
    [assertion] = engine.assess(Document(id="n1", text=text), [span_of(text, "fever")])
    assert assertion.status is Status.ABSENT
    assert any("no [entity]" in limit for limit in engine.card.limits)
