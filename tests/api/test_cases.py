"""``/v1/cases``: what is kept is redacted and sealed, and what is found is told with its reasons to whose it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.api.schemas.cases import CaseAnswer, CaseSearchAnswer
from epicrisis.assembly import Services
from epicrisis.services.access import Scope
from epicrisis.services.audit_reading import read_all
from epicrisis.services.keys import Keys
from epicrisis.storage.cases import MemoryCases
from epicrisis.storage.memory import MemoryKeys, MemorySecret
from tests.keyring import bearing, done
from tests.serving import CANARY, RULES, a_ring, rules_pipeline

NOTE = "Mr. John Doe, MRN 00412317, seen on 3/4/2019. Fever and productive cough. Denies chest pain."
PNEUMONIA = {"age": 67, "sex": "MALE", "text": NOTE, "outcome": "J18.9"}
MIGRAINE = {"age": 34, "sex": "FEMALE", "symptoms": ["headache", "photophobia", "no fever"], "outcome": "G43.909"}
FINDINGS = {"findings": [{"finding": "fever", "present": True}, {"finding": "cough", "present": True}]}


@dataclass(frozen=True)
class Ward:
    """A server, what it keeps cases in, and how its client asks as somebody."""

    client: TestClient
    services: Services
    store: MemoryCases
    keys: dict[str, dict[str, str]]

    def kept(self, who: str = "ward", **body: Any) -> Any:
        response = self.client.post("/v1/cases", json=body, headers=self.keys[who])
        assert response.status_code == 201, response.text
        return response.json()

    def found(self, who: str = "ward", **body: Any) -> Any:
        response = self.client.post("/v1/cases/search", json=body, headers=self.keys[who])
        assert response.status_code == 200, response.text
        return response.json()

    def asked(self, method: str, path: str, who: str = "ward", **options: Any) -> Any:
        return self.client.request(method, path, headers=self.keys[who], **options)

    def recorded(self) -> list[Any]:
        async def rows() -> list[Any]:
            return [read.entry async for read in read_all(self.services.audit.store)]

        return asyncio.run(rows())


@pytest.fixture
def ward(house: Ward) -> Ward:
    for kept in (house.store._rows, house.store._vectors):
        kept.clear()
    return house


@pytest.fixture(scope="module")
def house() -> Iterator[Ward]:
    keys, store = Keys(MemoryKeys(), MemorySecret()), MemoryCases()
    services = Services(rules_pipeline(), keys=keys, seals=a_ring(), cases=store)
    settings = RULES.model_copy(update={"require_key": True, "rate_limit_per_minute": 0})
    people = {
        "ward": (Scope.READ,), "other ward": (Scope.READ,), "chief": (Scope.READ, Scope.ADMIN),
        "auditor": (Scope.AUDIT,),
    }  # fmt: skip
    held = {
        name: bearing(done(keys.create(name, scopes=scopes, tenant="north")).credential)
        for name, scopes in people.items()
    }
    held["elsewhere"] = bearing(done(keys.create("x", scopes=[Scope.READ, Scope.ADMIN], tenant="south")).credential)
    with TestClient(create_app(services, settings), raise_server_exceptions=False) as client:
        yield Ward(client, services, store, held)


def test_a_case_is_kept_redacted_with_what_was_understood(ward: Ward) -> None:
    kept = ward.kept(**PNEUMONIA)

    CaseAnswer.model_validate(kept)
    assert kept["text"] == "Mr. [NAME], MRN [MRN], seen on 2019. Fever and productive cough. Denies chest pain."
    found = {each["finding"]: each["present"] for each in kept["findings"]}
    assert found == {"fever": True, "cough-productive": True, "chest-pain": False}
    assert (kept["age"], kept["sex"], kept["language"]) == (67, "MALE", "en")
    assert kept["outcome"]["code"] == "J18.9"
    assert kept["outcome"]["display"] == "Pneumonia, unspecified organism"
    read = ward.asked("GET", f"/v1/cases/{kept['id']}").json()
    assert read | {"request_id": ""} == kept | {"request_id": ""}


def test_nothing_that_was_told_is_kept_in_the_clear(ward: Ward) -> None:
    kept = ward.kept(**PNEUMONIA)

    row = asyncio.run(ward.store.find(kept["id"], tenant="north"))
    assert row is not None
    for word in (b"cough", b"fever", b"chest", b"Doe", b"Denies"):
        assert word not in row.content
    assert "Doe" not in repr(row)


def test_its_like_is_found_with_what_both_have_and_what_it_was(ward: Ward) -> None:
    pneumonia, migraine = ward.kept(**PNEUMONIA), ward.kept(**MIGRAINE)

    found = ward.found(symptoms=["fever", "productive cough", "shortness of breath", "chest pain"])

    CaseSearchAnswer.model_validate(found)
    assert [each["case"]["id"] for each in found["cases"]] == [pneumonia["id"], migraine["id"]]
    first, second = found["cases"]
    assert first["score"] > second["score"]
    assert first["case"]["outcome"]["code"] == "J18.9"
    assert {each["finding"] for each in first["shared"]} == {"fever", "cough-productive"}
    assert [each["finding"] for each in first["opposed"]] == ["chest-pain"]
    assert [each["finding"] for each in first["only_asked"]] == ["dyspnea"]
    assert [each["name"] for each in second["opposed"]] == ["fever"]
    assert {each["finding"] for each in second["only_kept"]} == {"headache", "photophobia"}


@pytest.mark.parametrize("asked", [{"text": NOTE}, {"text": NOTE.replace("John Doe", "Ana Ruiz Prueba")}])
def test_a_note_finds_itself_first_whosever_it_is(ward: Ward, asked: Any) -> None:
    kept = ward.kept(**PNEUMONIA)
    ward.kept(**MIGRAINE)

    first = ward.found(**asked)["cases"][0]

    assert first["case"]["id"] == kept["id"]
    assert first["score"] == pytest.approx(1.0, abs=0.01)


def test_a_kept_case_finds_its_like_and_not_itself(ward: Ward) -> None:
    one, other = ward.kept(**PNEUMONIA), ward.kept(**FINDINGS)

    found = ward.found(case=one["id"])

    assert [each["case"]["id"] for each in found["cases"]] == [other["id"]]
    # Who has a productive cough has a cough.
    assert [each["finding"] for each in found["cases"][0]["shared"]] == ["fever", "cough"]


@pytest.mark.parametrize(
    ("among", "count"),
    [({}, 2), ({"sex": "FEMALE"}, 1), ({"age_from": 60}, 1), ({"age_below": 30}, 0), ({"outcome": "J"}, 1),
     ({"outcome": "G43"}, 1), ({"language": "es"}, 0), ({"language": "en", "age_from": 30, "age_below": 40}, 1)],
)  # fmt: skip
def test_a_search_is_narrowed(ward: Ward, among: Any, count: int) -> None:
    ward.kept(**PNEUMONIA)
    ward.kept(**MIGRAINE)

    assert len(ward.found(**FINDINGS, among=among)["cases"]) == count
    assert len(ward.found(**FINDINGS, among=among, most=1)["cases"]) == min(count, 1)


def test_nobody_elses_tenant_has_it(ward: Ward) -> None:
    kept = ward.kept(**PNEUMONIA)
    path = f"/v1/cases/{kept['id']}"

    assert ward.found("elsewhere", **FINDINGS)["cases"] == []
    for method, below, body in (("GET", "", None), ("DELETE", "", None), ("PUT", "/outcome", {"outcome": None})):
        response = ward.asked(method, path + below, "elsewhere", json=body)
        assert (response.status_code, response.json()["code"]) == (404, "unknown-record"), method
    response = ward.asked("POST", "/v1/cases/search", "elsewhere", json={"case": kept["id"]})
    assert (response.status_code, response.json()["code"]) == (404, "unknown-record")
    assert ward.asked("GET", path).status_code == 200


def test_whoever_kept_it_or_looks_after_the_rest_says_what_it_was(ward: Ward) -> None:
    kept = ward.kept(**FINDINGS)
    path = f"/v1/cases/{kept['id']}/outcome"

    refused = ward.asked("PUT", path, "other ward", json={"outcome": "A41.9"})
    said = ward.asked("PUT", path, json={"outcome": "A41.9"})
    taken_back = ward.asked("PUT", path, "chief", json={"outcome": None})

    assert (refused.status_code, refused.json()["code"]) == (403, "access-denied")
    assert (said.status_code, said.json()["outcome"]["display"]) == (200, "Sepsis, unspecified organism")
    assert (taken_back.status_code, taken_back.json()["outcome"]) == (200, None)


def test_it_is_forgotten_by_whoever_kept_it(ward: Ward) -> None:
    kept = ward.kept(**FINDINGS)
    path = f"/v1/cases/{kept['id']}"

    assert ward.asked("DELETE", path, "other ward").status_code == 403
    assert ward.asked("DELETE", path).json()["removed"] == kept["id"]
    assert ward.asked("GET", path).status_code == 404
    assert ward.found(**FINDINGS)["cases"] == []


def test_sent_again_under_one_key_it_is_kept_once(ward: Ward) -> None:
    headers = {**ward.keys["ward"], "Idempotency-Key": "one"}

    first, second = (ward.client.post("/v1/cases", json=PNEUMONIA, headers=headers) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Location"] == f"/v1/cases/{first.json()['id']}"
    assert len(ward.found(**FINDINGS)["cases"]) == 1


def test_what_was_done_is_recorded_by_ids_and_counts(ward: Ward) -> None:
    kept = ward.kept(**PNEUMONIA)
    ward.found(**FINDINGS)
    ward.asked("GET", f"/v1/cases/{kept['id']}")
    ward.asked("GET", f"/v1/cases/{kept['id']}", "elsewhere")

    entries = [entry for entry in ward.recorded() if entry.action.startswith("case.") or entry.action == "redact"]

    assert [(entry.action, entry.outcome) for entry in entries][-5:] == [
        ("redact", "done"), ("case.add", "done"), ("case.search", "done"), ("case.read", "done"),
        ("case.read", "unknown-record"),
    ]  # fmt: skip
    assert entries[-4].subject == kept["id"]
    assert (entries[-4].counts, entries[-3].counts) == ({"findings": 3}, {"cases": 1})
    assert "Doe" not in repr(entries)
    assert "cough" not in repr(entries)


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "invalid-request"), ({"text": NOTE, "outcome": f"of {CANARY}"}, "invalid-request"),
     ({"text": NOTE, "owner": CANARY}, "invalid-request"),
     ({"text": f"{CANARY} blorbando.", "language": "es"}, "invalid-input"),
     ({"symptoms": [CANARY]}, "invalid-input"), ({"text": " "}, "empty-text")],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_and_not_repeated(ward: Ward, body: Any, code: str) -> None:
    response = ward.asked("POST", "/v1/cases", json=body)

    assert (response.status_code, response.json()["code"]) == (422, code)
    assert CANARY not in response.text


@pytest.mark.parametrize(
    "body",
    [{}, {"case": "1"}, {"case": CANARY}, {"text": NOTE, "case": "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11"},
     {"text": NOTE, "among": {"outcome": "J%"}}, {"text": NOTE, "among": {"tenant": "south"}},
     {"text": NOTE, "most": 51}],
)  # fmt: skip
def test_a_search_that_asks_for_nothing_we_have_is_refused(ward: Ward, body: Any) -> None:
    response = ward.asked("POST", "/v1/cases/search", json=body)

    assert (response.status_code, response.json()["code"]) == (422, "invalid-request")
    assert CANARY not in response.text


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_is_no_id_is_not_there_and_a_search_is_posted(ward: Ward, method: str) -> None:
    for path in ("1", CANARY, f"{CANARY} of ward 3"):
        response = ward.asked(method, f"/v1/cases/{path}")
        assert (response.status_code, response.json()["code"]) == (404, "unknown-record")
        assert CANARY not in response.text

    response = ward.asked(method, "/v1/cases/search")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


def test_the_oldest_are_told_no_older_than_safe_harbor_lets_them_be(ward: Ward) -> None:
    assert ward.kept(**{**MIGRAINE, "age": 97})["age"] == 90


def test_without_what_seals_nothing_is_kept() -> None:
    services = Services(rules_pipeline(), cases=None)
    with TestClient(create_app(services, RULES), raise_server_exceptions=False) as client:
        responses = [client.post(path, json=FINDINGS) for path in ("/v1/cases", "/v1/cases/search")]

    assert {(each.status_code, each.json()["code"]) for each in responses} == {(503, "missing-dependency")}
