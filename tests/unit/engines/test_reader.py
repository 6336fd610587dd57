"""The model reader says of each target what stands where the target stands, with the words that decided."""

from __future__ import annotations

import pytest

from epicrisis.domain.assertions import CueKind, Experiencer, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.reader import ModelReader, build
from epicrisis.errors import InvalidInput, InvalidSpan

TEXT = "FAMILY HISTORY:\nBreast cancer in two aunts. Gout.\n\nEXAM:\n1. Lungs are clear.\n2. No edema."


@pytest.fixture(scope="module")
def reader() -> ModelReader:
    return build()


def span(words: str, text: str = TEXT) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def test_targets_are_judged_where_they_stand_whatever_their_order(reader: ModelReader) -> None:
    document = Document(id="n", text=TEXT)
    targets = [span("edema"), span("Breast cancer"), span("Lungs")]

    edema, cancer, lungs = reader.assess(document, targets)

    assert (edema.target, edema.status) == (targets[0], Status.ABSENT)
    assert (cancer.target, cancer.experiencer) == (targets[1], Experiencer.FAMILY)
    assert (lungs.target, lungs.status) == (targets[2], Status.NORMAL)


def test_a_heading_that_decides_is_a_cue_where_it_stands(reader: ModelReader) -> None:
    [gout] = reader.assess(Document(id="n", text=TEXT), [span("Gout")])

    assert gout.experiencer is Experiencer.FAMILY
    family = [cue for cue in gout.cues if cue.kind is CueKind.FAMILY]
    assert family
    assert TEXT[family[0].span.start : family[0].span.end].startswith("FAMILY")


def test_a_note_has_each_cue_once(reader: ModelReader) -> None:
    [note] = reader.read([Document(id="n", text=TEXT)])

    places = [(cue.span, cue.kind) for cue in note.cues]
    assert len(places) == len(set(places))


def test_a_target_over_two_sentences_belongs_to_the_one_that_holds_more(reader: ModelReader) -> None:
    text = "No fever. Cough since Monday, productive and painful."

    [assertion] = reader.assess(Document(id="n", text=text), [Span(3, len(text) - 1)])

    assert (assertion.target, assertion.status) == (Span(3, len(text) - 1), Status.PRESENT)


def test_reading_with_targets_says_what_reading_and_judging_say(reader: ModelReader) -> None:
    documents = [Document(id="n", text=TEXT), Document(id="m", text="No fever."), Document(id="l", text="Gout.")]
    targets = [[span("edema"), span("Gout"), span("edema")], [], [Span(0, 4)]]

    together = reader.read_about(documents, targets)

    assert [annotated for annotated, _ in together] == reader.read(documents)
    assert [judged for _, judged in together] == [reader.assess(*pair) for pair in zip(documents, targets, strict=True)]


def test_a_target_past_the_end_is_refused(reader: ModelReader) -> None:
    with pytest.raises(InvalidSpan, match="ends after the text"):
        reader.assess(Document(id="n", text="Fever."), [Span(0, 99)])
    with pytest.raises(InvalidSpan, match="ends after the text"):
        reader.read_about([Document(id="n", text="Fever.")], [[Span(0, 99)]])


def test_many_sentences_are_answered_in_order(reader: ModelReader) -> None:
    texts = ["Denies fever.", "Fever.", "Possible fever."] * 200
    documents = [Document(id=str(n), text=text) for n, text in enumerate(texts)]

    answers = reader.assess_many(documents, [[span("ever", text)] for text in texts])

    assert [own[0].status for own in answers[:3]] == [Status.ABSENT, Status.PRESENT, Status.POSSIBLE]
    assert [own[0].status for own in answers] == [own[0].status for own in answers[:3]] * 200


def test_an_unknown_label_set_is_refused_with_the_known_ones(reader: ModelReader) -> None:
    with pytest.raises(InvalidInput, match="clinical"):
        reader.extract_many([Document(id="n", text="Fever.")], "snomed")


def test_each_text_is_one_labelled_sentence(reader: ModelReader) -> None:
    [denied, told] = reader.sentence_labels(["He denies pain. No fever.", "Blood was drawn."])

    assert denied.label == "ABSENT"
    assert told.span == Span(0, len("Blood was drawn."))
    assert sum(told.scores.values()) == pytest.approx(1.0, abs=0.01)


def test_the_labeller_answers_where_it_is_sure_and_the_encoder_where_it_is_not(reader: ModelReader) -> None:
    sure, unsure = "The patient denies chest pain.", "Denies. " + "Findings as above, see there. " * 40

    quick = reader._loaded.labeller
    assert quick is not None
    answered, left = quick.label([sure, unsure])

    assert answered is not None
    assert left is None
    assert reader.quick_labels([sure, unsure])[1] == reader.sentence_labels([unsure])[0]
    assert reader.quick_labels([sure])[0].label == "ABSENT"


def test_a_quick_label_is_the_same_alone_and_among_others(reader: ModelReader) -> None:
    texts = ["No fever.", "Possible pneumonia in the left lower lobe.", "Thank you.", "If pain recurs, call us."] * 40

    together = reader.quick_labels(texts)

    assert together[:4] == [reader.quick_labels([text])[0] for text in texts[:4]]
    assert together == together[:4] * 40


def test_a_list_and_the_heads_of_items_name_their_diseases(reader: ModelReader) -> None:
    text = "PMH: BPH, OSA, HFpEF\n\nASSESSMENT:\n# HTN: continue lisinopril.\n2. Anemia: Hgb 8.9.\nDenies N/V/D"
    [note] = reader.read([Document(id="n", text=text)])
    problems = [entity.span for entity in note.entities if entity.label == "PROBLEM"]

    assert [text[each.start : each.end] for each in problems] == ["BPH", "OSA", "HFpEF", "HTN", "Anemia", "N/V/D"]


def test_a_disease_is_no_procedure(reader: ModelReader) -> None:
    text = "65-year-old woman with h/o breast cancer s/p lumpectomy 2018."
    [note] = reader.read([Document(id="n", text=text)])

    assert {text[each.span.start : each.span.end]: each.label for each in note.entities} == {
        "breast cancer": "PROBLEM",
        "lumpectomy": "PROCEDURE",
    }
