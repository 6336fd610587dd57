from __future__ import annotations

import pytest

from epicrisis.domain.assertions import Assertion
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.rules import build

ENGINE = build()


def judged(text: str, target: str) -> tuple[Assertion, list[str]]:
    """Return the assertion of ``target`` in ``text``, and the words that led to it."""
    document = Document(id="n1", text=text)
    start = text.index(target)
    [assertion] = ENGINE.assess(document, [Span(start, start + len(target))])
    return assertion, [document.quote(cue.span) for cue in assertion.cues]


@pytest.mark.parametrize(
    ("text", "target", "reading", "words"),
    [
        ("FAMILY HISTORY:\nGout.", "Gout", ("PRESENT", "CURRENT", "FAMILY"), ["FAMILY HISTORY"]),
        ("PAST MEDICAL HISTORY:\nGout.", "Gout", ("PRESENT", "PAST", "PATIENT"), ["PAST MEDICAL HISTORY"]),
        ("ALLERGIES:\nPenicillin", "Penicillin", ("CONDITIONAL", "CURRENT", "PATIENT"), ["ALLERGIES"]),
        ("ALLERGIES:\nNo known allergies.", "known allergies", ("ABSENT", "CURRENT", "PATIENT"), ["No known"]),
        ("FAMILY HISTORY:\nHer mother had gout.", "gout", ("PRESENT", "CURRENT", "FAMILY"), ["mother"]),
        ("PLAN:\nGout diet.", "Gout", ("PRESENT", "CURRENT", "PATIENT"), []),
    ],
)
def test_a_heading_says_what_its_sentences_leave_out(
    text: str, target: str, reading: tuple[str, str, str], words: list[str]
) -> None:
    assertion, cues = judged(text, target)

    assert (assertion.status, assertion.temporality, assertion.experiencer) == reading
    assert cues == words


def test_a_section_ends_where_the_next_begins() -> None:
    assertion, _ = judged("FAMILY HISTORY:\nGout.\n\nCHIEF COMPLAINT:\nCough.", "Cough")

    assert assertion.experiencer == "PATIENT"


@pytest.mark.parametrize("blank", ["\n\n", "\r\n\r\n", "\n \t\n", "\u2028\u2028"])
def test_a_heading_with_text_on_its_line_ends_at_a_blank_line(blank: str) -> None:
    text = f"PAST MEDICAL HISTORY: Gout. Lupus.{blank}Asthma."

    lupus, asthma = (judged(text, target)[0] for target in ("Lupus", "Asthma"))

    assert (lupus.temporality, asthma.temporality) == ("PAST", "CURRENT")
    assert [cue.scope for cue in lupus.cues] == [Span(0, text.index(blank))]


def test_the_patient_in_a_family_history_is_the_patient() -> None:
    assertion, _ = judged("FAMILY HISTORY:\nGout. The patient herself has psoriasis.", "psoriasis")

    assert assertion.experiencer == "PATIENT"


def test_a_heading_that_is_the_finding_is_no_cue_of_itself() -> None:
    assertion, cues = judged("FAMILY HISTORY:\nGout.", "FAMILY HISTORY")

    assert assertion.experiencer == "FAMILY"
    assert cues == ["FAMILY HISTORY"]


@pytest.mark.parametrize(
    ("text", "target", "experiencer"),
    [
        ("His father has gout.", "gout", "FAMILY"),
        ("Her roommate has influenza.", "influenza", "OTHER"),
        ("Her father says she has gout.", "gout", "PATIENT"),
    ],
)
def test_whose_it_is(text: str, target: str, experiencer: str) -> None:
    assert judged(text, target)[0].experiencer == experiencer


@pytest.mark.parametrize(
    ("text", "target", "temporality"),
    [
        ("History of gout.", "gout", "PAST"),
        ("Possible prior stroke.", "stroke", "PAST"),
        ("We will obtain an MRI.", "MRI", "FUTURE"),
        ("Return for fever.", "fever", "CURRENT"),
        ("Surgery was recommended.", "Surgery", "FUTURE"),
        ("Possible biopsy.", "biopsy", "FUTURE"),
    ],
)
def test_when_it_is(text: str, target: str, temporality: str) -> None:
    assert judged(text, target)[0].temporality == temporality


def test_cues_stand_in_the_order_of_the_text() -> None:
    _, cues = judged("His mother has a history of possible gout.", "gout")

    assert cues == ["mother", "history of", "possible"]
