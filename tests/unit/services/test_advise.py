from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from epicrisis.domain.advice import Advice, Allergic, AskedFor, Level, MayHave, Measured
from epicrisis.errors import InvalidInput
from epicrisis.services.advise import Advise, Sent
from epicrisis.services.hands import Hands
from tests.bundles import note
from tests.hooks import allergic_to, drug, measured, problem, searched, study
from tests.serving import rules_pipeline

pytestmark = pytest.mark.anyio

HER = {"resourceType": "Patient", "id": "ana-1", "gender": "female", "birthDate": "1950-02-28"}
COMPLAINTS = (problem("Chest pain", id="c1"), problem("Shortness of breath", id="c2"))
TROPONIN = measured("6598-7", 2.4, "ng/mL", words="Troponin T")


@pytest.fixture
def advise() -> Iterator[Advise]:
    hands = Hands(threads=1, waiting=8, name="tests")
    pipeline = rules_pipeline()
    yield Advise(
        differentials=pipeline.differentials,
        take_in=lambda text, id_: pipeline.intake.attempt(text, id=id_),
        hands=hands,
    )
    hands.close()


def sent(*resources: dict[str, Any], drafts: list[dict[str, Any]] | None = None, **changed: Any) -> Sent:
    """Return what was sent of her: ``resources``, and ``drafts`` that are all selected."""
    orders = [{**each, "subject": {"reference": "Patient/ana-1"}} for each in drafts or []]
    told: dict[str, Any] = {
        "patient": "ana-1",
        "resources": [HER, searched(*resources)],
        "drafts": orders,
        "selected": tuple(f"{each['resourceType']}/{each['id']}" for each in orders),
    }
    return Sent(**{**told, **changed})


async def ordered(advise: Advise, *resources: dict[str, Any], drafts: list[dict[str, Any]]) -> tuple[Advice, ...]:
    return (await advise.on_order(sent(*resources, drafts=drafts))).advice


async def viewed(advise: Advise, *resources: dict[str, Any], **patient: Any) -> MayHave | None:
    """Return what is advised to whoever looks at her, of whom something else is to be known."""
    advised = await advise.on_view(sent(resources=[HER | patient, searched(*resources)]))
    assert len(advised.advice) <= 1
    return advised.advice[0] if advised.advice else None  # type: ignore[return-value]


async def test_names_what_may_explain_the_record_and_offers_its_first_tests(advise: Advise) -> None:
    found = await viewed(advise, *COMPLAINTS, problem("Type 2 diabetes", id="c3"), TROPONIN)

    assert found is not None
    names = [each.name for each in found.hypotheses]
    assert {"Acute myocardial infarction", "Heart failure"} <= set(names)
    # What she is known to have explains nothing new.
    assert "Type 2 diabetes mellitus" not in names
    assert ["12-lead ECG"] in [[order.text for order in each.orders] for each in found.suggested]
    assert [each.name for each in found.alarms]


async def test_says_nothing_where_nothing_is_wrong(advise: Advise) -> None:
    assert await viewed(advise) is None


async def test_an_emergency_is_named_although_others_are_likelier(advise: Advise) -> None:
    found = await viewed(advise, *COMPLAINTS)

    assert found is not None
    infarct = next(each for each in found.hypotheses if each.name == "Acute myocardial infarction")
    assert infarct.confidence < 0.2


@pytest.mark.parametrize(
    ("complaints", "level"),
    [
        (("Chest pain", "Hypotension", "Sweating", "Syncope"), Level.CRITICAL),
        (("Chest pain", "Shortness of breath"), Level.WARNING),
        (("Runny nose", "Sneezing", "Itchy eyes"), Level.INFO),
    ],
)
async def test_how_much_it_matters_comes_from_red_flags(
    advise: Advise, complaints: tuple[str, ...], level: Level
) -> None:
    resources = [problem(words, id=f"c{number}") for number, words in enumerate(complaints)]

    found = await viewed(advise, *resources, *([TROPONIN] if level is Level.CRITICAL else []))

    assert found is not None
    assert found.level is level


async def test_what_was_measured_long_ago_says_nothing_and_what_was_measured_lately_is_not_offered(
    advise: Advise,
) -> None:
    old = measured("6598-7", 2.4, "ng/mL", days=400)
    lately = measured("30934-4", 80.0, "pg/mL", words="BNP", days=2)

    ill = (*COMPLAINTS, problem("Type 2 diabetes", id="c3"))

    stale, fresh = await viewed(advise, *ill, old), await viewed(advise, *ill, lately)

    assert stale is not None
    assert not any("troponin" in each.name for one in stale.hypotheses for each in one.supporting)
    assert "BNP" in {order.text for each in stale.suggested for order in each.orders}
    assert fresh is not None
    assert "BNP" not in {order.text for each in fresh.suggested for order in each.orders}


async def test_a_record_without_words_is_told_in_the_language_of_the_patient(advise: Advise) -> None:
    spanish = {"communication": [{"language": {"coding": [{"code": "es-ES"}]}, "preferred": True}]}

    found = await viewed(advise, TROPONIN, **spanish)
    advised = await advise.on_view(sent(resources=[HER | spanish, searched(TROPONIN)]))

    assert found is not None
    assert advised.language == "es"


async def test_the_newest_note_counts(advise: Advise) -> None:
    today = datetime.now(UTC).date().isoformat()

    found = await viewed(advise, note("Crushing chest pain for two hours, sweating. Denies fever.", on=today))

    assert found is not None
    assert "Acute myocardial infarction" in [each.name for each in found.hypotheses]


@pytest.mark.parametrize(
    ("allergy", "ordered_drug", "level", "through"),
    [
        ("Allergy to amoxicillin", "Amoxicillin 500 MG Oral Capsule", Level.CRITICAL, "amoxicillin"),
        ("Penicillin", "Amoxicillin 500 MG Oral Capsule", Level.CRITICAL, "penicillins"),
        ("Penicillin", "Cephalexin 500 MG", Level.WARNING, "cephalosporins"),
    ],
)
async def test_a_drug_she_is_allergic_to_is_told(
    advise: Advise, allergy: str, ordered_drug: str, level: Level, through: str
) -> None:
    [found] = await ordered(advise, allergic_to(allergy), drafts=[drug(ordered_drug)])

    assert isinstance(found, Allergic)
    assert (found.order, found.level, found.through) == ("MedicationRequest/m1", level, through)


@pytest.mark.parametrize(
    "allergy",
    [
        allergic_to("Peanut"),
        allergic_to("Penicillin", clinicalStatus={"coding": [{"code": "resolved"}]}),
        allergic_to("Penicillin", verificationStatus={"coding": [{"code": "refuted"}]}),
    ],
    ids=["another", "resolved", "refuted"],
)
async def test_a_drug_she_bears_is_not(advise: Advise, allergy: dict[str, Any]) -> None:
    assert await ordered(advise, allergy, drafts=[drug("Amoxicillin 500 MG")]) == ()


async def test_only_the_orders_that_were_selected_are_looked_at(advise: Advise) -> None:
    both = sent(allergic_to("Penicillin"), drafts=[drug("Amoxicillin 500 MG"), drug("Ibuprofen 400 MG", id="m2")])

    for selected, told in ((("MedicationRequest/m2",), 0), (("m1",), 1), (("ServiceRequest/m1",), 0)):
        advised = await advise.on_order(Sent(both.patient, both.resources, (), both.drafts, selected))
        assert len(advised.advice) == told


async def test_a_test_that_leading_conditions_ask_for_is_told_with_them(advise: Advise) -> None:
    [found] = await ordered(advise, *COMPLAINTS, drafts=[study("Electrocardiogram", "11524-6")])

    assert isinstance(found, AskedFor)
    assert "Acute myocardial infarction" in [each.name for each in found.hypotheses]


async def test_a_test_of_the_last_week_is_told_with_its_result(advise: Advise) -> None:
    creatinine = measured("2160-0", 1.1, "mg/dL", words="Creatinine", days=3)
    old = measured("2160-0", 1.1, "mg/dL", words="Creatinine", days=9)

    again = await ordered(advise, creatinine, drafts=[study("Creatinine")])
    later = await ordered(advise, old, drafts=[study("Creatinine")])

    assert [type(each) for each in again] == [Measured]
    assert [type(each) for each in later] == []


async def test_what_matters_most_comes_first(advise: Advise) -> None:
    found = await ordered(
        advise, *COMPLAINTS, allergic_to("Penicillin"), drafts=[study("ECG"), drug("Amoxicillin 500 MG")]
    )

    assert [each.level for each in found] == [Level.CRITICAL, Level.INFO]


async def test_the_record_of_somebody_else_is_refused(advise: Advise) -> None:
    with pytest.raises(InvalidInput, match="another patient"):
        await advise.on_view(sent(*COMPLAINTS, patient="luis-2"))


async def test_an_order_for_somebody_else_is_passed_over(advise: Advise) -> None:
    foreign = {**drug("Amoxicillin 500 MG"), "subject": {"reference": "Patient/luis-2"}}
    of_both = sent(allergic_to("Penicillin"), drafts=[])

    advised = await advise.on_order(Sent(of_both.patient, of_both.resources, (), [foreign], ("MedicationRequest/m1",)))

    assert advised.advice == ()
