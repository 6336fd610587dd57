from __future__ import annotations

import pytest

from epicrisis.domain.records import Medication
from epicrisis.engines.extraction.medications.reader import medications
from tests.unit.engines.extraction.marked import note

LIST = (
    "MEDICATIONS: [Advair|MEDICATION] [1 puff|DOSE] [bid|FREQUENCY] [Lisinopril|MEDICATION] [10 mg|DOSE] "
    "[qd|FREQUENCY] [Lopressor|MEDICATION] [50 mg|DOSE] [bid|FREQUENCY] [Colace|MEDICATION] [100 mg|DOSE] "
    "[qhs|FREQUENCY]"
)


def told(drug: Medication) -> str:
    """Return what is told of ``drug`` in one row."""
    parts = (drug.name, drug.strength, drug.dose, drug.route, drug.frequency, drug.duration)
    return " | ".join(each.text for each in parts if each is not None)


ROWS = [
    (LIST, ["Advair | 1 puff | bid", "Lisinopril | 10 mg | qd", "Lopressor | 50 mg | bid", "Colace | 100 mg | qhs"]),
    (
        "[Topical|ROUTE] [4%|DOSE] [lidocaine|MEDICATION] gel was used, [4 mg|DOSE] of [Versed|MEDICATION] given.",
        ["lidocaine | 4% | Topical", "Versed | 4 mg"],
    ),
    ("Numbed with 10 cc of [4%|DOSE] [Xylocaine|MEDICATION].", ["Xylocaine | 4% | 10 cc"]),
    (
        "[Megace|MEDICATION] [400 mg|DOSE] [b.i.d.|FREQUENCY], Ensure [1 can|DOSE] [t.i.d.|FREQUENCY]",
        ["Megace | 400 mg | b.i.d."],
    ),
    (
        "10. [Elavil|MEDICATION] [30mg|DOSE] [QHS|FREQUENCY] 11. Zibatrol [1 tab|DOSE] [Q6H|FREQUENCY]",
        ["Elavil | 30mg | QHS"],
    ),
    (
        "[Toradol|MEDICATION] [30 mg|DOSE] [IV|ROUTE] [x1|DOSE], then [nitroglycerin|MEDICATION] [0.4 mg|DOSE] "
        "[every 5 minutes|FREQUENCY] [x3|DOSE].",
        ["Toradol | 30 mg | IV | x1", "nitroglycerin | 0.4 mg | every 5 minutes x3"],
    ),
    (
        "[Prednisone|MEDICATION] [40 mg|DOSE] [for 2 days|DURATION], [20 mg|DOSE] [for 2 days|DURATION].",
        ["Prednisone | 40 mg | for 2 days", "Prednisone | 20 mg | for 2 days"],
    ),
    ("[Neurontin|MEDICATION] [100 mg|DOSE] per day.", ["Neurontin | 100 mg | per day"]),
    (
        "[Coumadin|MEDICATION] [5 mg|DOSE] MWF and [2.5 mg|DOSE] the other days.",
        ["Coumadin | 5 mg | MWF and 2.5 mg the other days"],
    ),
    ("[Skelaxin|MEDICATION] [800 mg|DOSE] b.i.d. to t.i.d. p.r.n.", ["Skelaxin | 800 mg | b.i.d. to t.i.d. p.r.n."]),
    ("[Aspirin|MEDICATION] [325 mg|DOSE] reduced to [81 mg|DOSE] [daily|FREQUENCY].", ["Aspirin | 81 mg | daily"]),
    ("During [adenosine|MEDICATION] infusion pressure was 112/70.", ["adenosine | infusion"]),
    ("ANESTHESIA: [Astramorph|MEDICATION].\nFLUIDS: [2400 cc|DOSE].", ["Astramorph"]),
    ("[Vytorin|MEDICATION] [10/40 mg|DOSE] [one a day|FREQUENCY].", ["Vytorin | 10/40 mg | one | a day"]),
]


@pytest.mark.parametrize(("marked", "rows"), ROWS, ids=[marked for marked, _ in ROWS])
def test_each_drug_has_what_is_told_of_it(marked: str, rows: list[str]) -> None:
    assert [told(each) for each in medications(note(marked))] == rows


def test_a_list_item_with_a_bare_count_is_a_drug() -> None:
    drugs = medications(note("MEDICATIONS: [Elavil|MEDICATION] [30mg|DOSE] po qhs, Zibatrol 1-2tabs po q6h"))

    assert [told(each) for each in drugs] == ["Elavil | 30mg | po | qhs", "Zibatrol | 1-2tabs | po | q6h"]


def test_a_shared_as_needed_is_of_the_two_it_stands_behind() -> None:
    drugs = medications(
        note(
            "On [niacin|MEDICATION], [Diovan|MEDICATION], [fentanyl|MEDICATION] or [morphine|MEDICATION] "
            "[p.r.n.|FREQUENCY]"
        )
    )

    assert [told(each) for each in drugs] == ["niacin", "Diovan", "fentanyl | p.r.n.", "morphine | p.r.n."]
