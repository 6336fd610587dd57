from __future__ import annotations

import pytest

from epicrisis.domain.assertions import Status
from epicrisis.engines.extraction.history.family import family
from tests.unit.engines.extraction.marked import note

GOUT_AND_ASTHMA = [("gout", "ABSENT", None), ("asthma", "PRESENT", None)]
CASES = [
    ("Mother died of [breast cancer|PROBLEM family] at 52.", "en", [("breast cancer", "PRESENT", "Mother")]),
    ("No family history of [diabetes|PROBLEM absent family].", "en", [("diabetes", "ABSENT", None)]),
    (
        "FAMILY HISTORY: [Diabetes|PROBLEM] in his father and a sister.",
        "en",
        [("Diabetes", "PRESENT", "father"), ("Diabetes", "PRESENT", "sister")],
    ),
    (
        "FAMILY HISTORY: Her mother had [gout|PROBLEM family], father [asthma|PROBLEM family].",
        "en",
        [("gout", "PRESENT", "mother"), ("asthma", "PRESENT", "father")],
    ),
    (
        "FAMILY HISTORY: Father is deceased. He had [emphysema|PROBLEM family].",
        "en",
        [("emphysema", "PRESENT", "Father")],
    ),
    (
        "FAMILY HISTORY: Mother had [gout|PROBLEM family]. He otherwise denies [cancer|PROBLEM absent family].",
        "en",
        [("gout", "PRESENT", "Mother"), ("cancer", "ABSENT", None)],
    ),
    (
        "FAMILY HISTORY: [Hypertension|PROBLEM family] in his sister and his mom, who died of [CHF|PROBLEM family].",
        "en",
        [("Hypertension", "PRESENT", "sister"), ("Hypertension", "PRESENT", "mom"), ("CHF", "PRESENT", "mom")],
    ),
    (
        "FAMILY HISTORY: [Cancer|PROBLEM family] associated with maternal aunt.",
        "en",
        [("Cancer", "PRESENT", "maternal aunt")],
    ),
    (
        "FAMILY HISTORY: Mother - HTN, [DM2|PROBLEM family]. Father - deceased, CAD s/p CABG at 60.",
        "en",
        [("HTN", "PRESENT", "Mother"), ("DM2", "PRESENT", "Mother"), ("CAD", "PRESENT", "Father")],
    ),
    (
        "Mother - HTN, DM2. Father - deceased, CAD.",
        "en",
        [("HTN", "PRESENT", "Mother"), ("DM2", "PRESENT", "Mother"), ("CAD", "PRESENT", "Father")],
    ),
    ("FH: mom w/ DM, dad w/ CAD", "en", [("DM", "PRESENT", "mom"), ("CAD", "PRESENT", "dad")]),
    (
        "FH: Father - no HTN or DM, but has HLD.",
        "en",
        [("HTN", "ABSENT", "Father"), ("DM", "ABSENT", "Father"), ("HLD", "PRESENT", "Father")],
    ),
    (
        "FH: CAD - father, [DM|PROBLEM family] - mother",
        "en",
        [("CAD", "PRESENT", "father"), ("DM", "PRESENT", "mother")],
    ),
    ("FH: HTN, DM - both parents.", "en", [("HTN", "PRESENT", "parents"), ("DM", "PRESENT", "parents")]),
    ("FH: [PGM - stroke|PROBLEM family].", "en", [("stroke", "PRESENT", "PGM")]),
    ("FH: dm neg, cad +", "en", [("dm", "ABSENT", None), ("cad", "PRESENT", None)]),
    ("FH: HTN - negative", "en", [("HTN", "ABSENT", None)]),
    ("FH: HTN: no", "en", [("HTN", "ABSENT", None)]),
    ("FH: neg for CAD, DM", "en", [("CAD", "ABSENT", None), ("DM", "ABSENT", None)]),
    ("FH: HTN, no DM.", "en", [("HTN", "PRESENT", None), ("DM", "ABSENT", None)]),
    ("FH: [gout|PROBLEM family] negative, [asthma|PROBLEM absent family] +", "en", GOUT_AND_ASTHMA),
    ("AF: HTA no.", "es", [("HTA", "ABSENT", None)]),
    ("AF: DM negativo, HTA +", "es", [("DM", "ABSENT", None), ("HTA", "PRESENT", None)]),
    ("AF: HTA, no DM.", "es", [("HTA", "PRESENT", None), ("DM", "ABSENT", None)]),
    ("AF: Madre - niega HTA. Padre: EPOC.", "es", [("HTA", "ABSENT", "Madre"), ("EPOC", "PRESENT", "Padre")]),
    ("Padre con [DM2|PROBLEM family].", "es", [("DM2", "PRESENT", "Padre")]),
    (
        "Antecedentes familiares: abuela materna con [cáncer de colon|PROBLEM family].",
        "es",
        [("cáncer de colon", "PRESENT", "abuela materna")],
    ),
    (
        "Sin antecedentes familiares de [muerte súbita|PROBLEM absent family].",
        "es",
        [("muerte súbita", "ABSENT", None)],
    ),
]


@pytest.mark.parametrize(("marked", "language", "expected"), CASES, ids=[case[0] for case in CASES])
def test_each_condition_has_its_relative_and_its_status(
    marked: str, language: str, expected: list[tuple[str, str, str | None]]
) -> None:
    found = family(note(marked, language))

    assert [(each.condition.text, each.status, each.relative and each.relative.text) for each in found] == [
        (condition, Status(status), relative) for condition, status, relative in expected
    ]


@pytest.mark.parametrize(
    "words", ["PMH: HTN, CAD.", "HPI: Mother reports that he has HTN.", "PLAN: mother has a DM poster."]
)
def test_short_forms_count_under_a_relative_or_the_heading_alone(words: str) -> None:
    assert family(note(words)) == ()


def test_the_patients_own_is_not_the_familys() -> None:
    assert family(note("The mother reports that he has [fever|PROBLEM].")) == ()


def test_a_heading_alone_on_its_line_holds_its_paragraph_and_no_more() -> None:
    marked = "FAMILY HISTORY\n[Gout|PROBLEM] and [asthma|PROBLEM].\n\nHe has [cough|PROBLEM]."

    assert [each.condition.text for each in family(note(marked))] == ["Gout", "asthma"]
