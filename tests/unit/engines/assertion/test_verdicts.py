from __future__ import annotations

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.rules import build

ENGINE = build()


def decided(text: str, target: str) -> tuple[str, list[str]]:
    """Return the status of ``target`` in ``text``, and the words that decided."""
    document = Document(id="n1", text=text)
    start = text.index(target)
    [assertion] = ENGINE.assess(document, [Span(start, start + len(target))])
    return assertion.status.value, [document.quote(cue.span) for cue in assertion.cues]


@pytest.mark.parametrize(
    ("text", "target", "status", "cues"),
    [
        ("No fever, possible pneumonia.", "pneumonia", "POSSIBLE", ["possible"]),
        ("Possible pneumonia, no fever.", "fever", "ABSENT", ["no"]),
        ("No chest pain when walking.", "chest pain", "ABSENT", ["No"]),
        ("No findings consistent with gout.", "gout", "ABSENT", ["No findings consistent with"]),
        ("Denies weakness suggestive of stroke.", "stroke", "ABSENT", ["Denies"]),
        ("Risks include possible bleeding.", "bleeding", "HYPOTHETICAL", ["Risks include"]),
        ("If she has possible bleeding, call.", "bleeding", "HYPOTHETICAL", ["If she has"]),
        ("Possible pneumonia.", "pneumonia", "POSSIBLE", ["Possible"]),
        ("Possible biopsy.", "biopsy", "HYPOTHETICAL", ["Possible"]),
        ("Findings consistent with pneumonia on CT.", "CT", "PRESENT", []),
        ("The drug may worsen her edema.", "edema", "PRESENT", []),
        ("The drug may worsen edema.", "edema", "HYPOTHETICAL", ["may"]),
        ("Likely secondary to her diarrhea.", "diarrhea", "PRESENT", []),
        ("Likely secondary to diarrhea.", "diarrhea", "POSSIBLE", ["Likely secondary to"]),
        ("We will treat the patient for chronic back pain.", "chronic back pain", "HYPOTHETICAL", ["will treat"]),
        ("Plan was made in view of his long-standing pain.", "pain", "PRESENT", []),
        ("Presents for colonoscopy.", "colonoscopy", "HYPOTHETICAL", ["Presents for"]),
        ("Presents for chest pain.", "chest pain", "PRESENT", []),
    ],
)
def test_the_cue_that_counts_decides(text: str, target: str, status: str, cues: list[str]) -> None:
    assert decided(text, target) == (status, cues)


@pytest.mark.parametrize(
    ("text", "target", "status"),
    [
        ("Lungs are clear.", "Lungs", "NORMAL"),
        ("The cage is normal.", "cage", "NORMAL"),
        ("Normal gait and station.", "station", "NORMAL"),
        ("Normal function with ejection fraction of 60%.", "ejection fraction", "PRESENT"),
        ("CT showed no bleed.", "CT", "NORMAL"),
        ("CT showed ileus without obstruction.", "CT", "PRESENT"),
        ("No bleed on CT.", "CT", "NORMAL"),
        ("Neck: No masses, except for a small node.", "Neck", "PRESENT"),
        ("Lungs are clear, although she coughs.", "Lungs", "NORMAL"),
        ("Bone: No misalignment, defect or effusion.", "Bone", "NORMAL"),
        ("MRI on 09/14/2009 was unremarkable.", "MRI", "NORMAL"),
        ("The uterus is not identified.", "uterus", "ABSENT"),
        ("Pain improved and the lungs are clear.", "Pain", "PRESENT"),
        ("General: Obese man in no distress, mild edema.", "General", "PRESENT"),
        ("She will have a normal diet.", "diet", "HYPOTHETICAL"),
    ],
)
def test_examinations_are_normal_when_all_that_is_said_of_them_is(text: str, target: str, status: str) -> None:
    assert decided(text, target)[0] == status
