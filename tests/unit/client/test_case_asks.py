from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from epicrisis.client import Among, CaseFinding, FoundCases, KeptCase, LabResult, NamedFinding, SimilarCase, case_asks
from epicrisis.client.asking import Ask, Told
from epicrisis.client.case_asks import EVERY_CASE
from epicrisis.client.differential_asks import Case
from epicrisis.domain.cases import Compared
from epicrisis.domain.cases import KeptCase as OfStorage
from epicrisis.domain.cases import SimilarCase as Found
from epicrisis.domain.differentials import Observed
from epicrisis.domain.patients import Sex
from epicrisis.domain.records import Code
from epicrisis.errors import InvalidInput
from epicrisis.formats.cases import NOTICE, case_to_plain, similar_to_plain

ID = "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11"
AT = datetime(2031, 3, 4, 5, 6, tzinfo=UTC)
PNEUMONIA = Code("http://hl7.org/fhir/sid/icd-10-cm", "J18.9", "Pneumonia, unspecified organism")
STORED = OfStorage(
    ID, "north", "ward", AT, "en", {"fever": True, "chest-pain": False}, 67, Sex.FEMALE, PNEUMONIA, "[NAME] has fever."
)
NAMES = {"fever": "fever", "chest-pain": "chest pain", "cough": "cough"}
FEVER, CHEST_PAIN, COUGH = (NamedFinding(each, NAMES[each]) for each in ("fever", "chest-pain", "cough"))
KEPT = KeptCase(
    id=ID,
    created_at=AT,
    language="en",
    sex=Sex.FEMALE,
    age=67,
    text="[NAME] has fever.",
    findings=(CaseFinding("fever", "fever", True), CaseFinding("chest-pain", "chest pain", False)),
    outcome=PNEUMONIA,
    unmatched=("blorbing",),
    request_id="7",
)


def body(ask: Ask[Any]) -> Any:
    return json.loads(ask.body or b"")


def answered(ask: Ask[Any], **plain: Any) -> Any:
    return ask.read(Told(json.dumps({"request_id": "7", **plain}).encode(), {"x-request-id": "7"}))


def searched(case: Case, **how: Any) -> Ask[FoundCases]:
    usual: dict[str, Any] = {"like": None, "among": EVERY_CASE, "language": None, "most": None}
    return case_asks.search(case, **usual | how)


def keeping(case: Case, **how: Any) -> Ask[KeptCase]:
    return case_asks.keep(case, **{"outcome": None, "language": None, "idempotency_key": None} | how)


def test_all_that_is_told_is_sent_as_the_route_reads_it() -> None:
    case = Case(
        ["cough"], results=[LabResult("718-7", 9.1)], findings=[Observed("fever", present=False)], age=0, sex=Sex.MALE
    )

    assert body(keeping(case, outcome="J18.9", language="en")) == {
        "symptoms": ["cough"], "results": [{"loinc": "718-7", "value": 9.1, "unit": ""}], "age": 0, "sex": "MALE",
        "findings": [{"finding": "fever", "present": False}], "outcome": "J18.9", "language": "en",
    }  # fmt: skip
    assert body(keeping(Case(text="Fever."))) == {"text": "Fever."}


def test_keeping_has_a_key_and_what_is_done_again_without_harm_has_none() -> None:
    asked = (searched(Case("cough")), case_asks.read(ID), case_asks.conclude(ID, None), case_asks.remove(ID))

    assert keeping(Case("cough")).key != keeping(Case("cough")).key
    assert keeping(Case("cough"), idempotency_key="visit-7").key == "visit-7"
    assert [each.key for each in asked] == [""] * 4


def test_a_search_says_among_which_and_like_which() -> None:
    among = Among(sex="FEMALE", age_from=0, outcome="J18")

    assert body(searched(Case(age=70, symptoms=["fever"]), among=among, most=5)) == {
        "age": 70, "symptoms": ["fever"], "among": {"sex": "FEMALE", "age_from": 0, "outcome": "J18"}, "most": 5,
    }  # fmt: skip
    assert body(searched(Case(), like=ID)) == {"case": ID}


def test_an_outcome_is_said_and_taken_back() -> None:
    said, taken_back = case_asks.conclude(ID, "J18.9"), case_asks.conclude(ID, None)

    assert (said.method, said.path) == ("PUT", f"/v1/cases/{ID}/outcome")
    assert [body(said), body(taken_back)] == [{"outcome": "J18.9"}, {"outcome": None}]


@pytest.mark.parametrize("name", ["", "search", "..", "Ana Ruiz Prueba", ID.upper(), f"{ID}/outcome", f"{ID}\n"])
def test_what_is_no_id_of_a_case_stands_in_no_address_and_in_no_error(name: str) -> None:
    for ask in (case_asks.read, case_asks.remove, lambda each: case_asks.conclude(each, None)):
        with pytest.raises(InvalidInput, match="UUID") as refused:
            ask(name)

        assert not name or name not in str(refused.value)


def test_a_kept_case_is_a_value() -> None:
    assert answered(keeping(Case("fever")), **case_to_plain(STORED, NAMES), unmatched=["blorbing"]) == KEPT


def test_what_is_found_is_told_with_its_reasons() -> None:
    compared = Compared(("fever",), ("chest-pain",), ("cough",), ("fever",), ("cough",))
    plain = similar_to_plain(Found(STORED, 0.75, compared), NAMES)

    found = answered(searched(Case("fever")), cases=[plain], notice=NOTICE["en"], unmatched=["blorbing"])

    of_search = KeptCase(**{name: getattr(KEPT, name) for name in KeptCase.__slots__} | {"unmatched": ()})
    similar = SimilarCase(0.75, of_search, (FEVER,), (CHEST_PAIN,), (COUGH,), (FEVER,), (COUGH,))
    assert found == FoundCases((similar,), NOTICE["en"], ("blorbing",), "7")


def test_what_was_told_of_a_patient_is_shown_of_no_value() -> None:
    compared = Compared(("fever",), ("chest-pain",), ("cough",), ("fever",), ("cough",))
    similar = similar_to_plain(Found(STORED, 0.75, compared), NAMES)
    found = answered(searched(Case("fever")), cases=[similar], notice="", unmatched=["blorbing"])

    for shown in map(repr, (KEPT, found, Among(age_from=67, outcome="J18.9"), keeping(Case("fever"), outcome="J18.9"))):
        assert not any(told in shown for told in ("67", "fever", "chest", "cough", "J18", "blorbing"))
