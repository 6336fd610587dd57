"""S2: what belongs to a tenant is there for that tenant and for nobody else's key: a foreign id is 404."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.api.security.scopes import RouteTable
from epicrisis.assembly import Services
from epicrisis.services.access import Scope
from epicrisis.services.audit import Audit
from epicrisis.services.keys import Keys
from epicrisis.storage.memory import MemoryAudit, MemoryKeys, MemorySecret
from tests.bundles import bundle
from tests.chains import entry
from tests.interactions import EXCHANGE, REQUEST, asker, kept_in
from tests.keyring import bearing, done
from tests.serving import RULES, rules_pipeline

TENANTS = ("north", "south")
# The three roles: whoever audits, whoever reads notes, whoever looks after the installation.
ROLES = {"auditor": (Scope.AUDIT,), "reader": (Scope.READ, Scope.FEEDBACK), "administrator": tuple(Scope)}

# Every route that takes an id of something somebody owns, and where an id of each tenant comes from. A route with a
# parameter that is none of these says here why not.
STREAMS = {"/v1/patient-summaries/{id}/events": "GET", "/v1/patient-summaries/{id}": "DELETE"}
# The same two of another route, whose streams take a recording.
# What is asked of a kept case, and with which body.
CASES = {
    ("GET", "/v1/cases/{id}"): None,
    ("PUT", "/v1/cases/{id}/outcome"): {"outcome": "J18.9"},
    ("DELETE", "/v1/cases/{id}"): None,
}
OWNED = {
    "/v1/audit/{number}",
    "/v1/interactions/{id}",
    *(path for _, path in CASES),
    *STREAMS,
    *(path.replace("patient-summaries", "transcripts") for path in STREAMS),
}
NOT_OWNED: set[str] = {
    # It names a model, which belongs to everybody.
    "/{model}/api/submit",
    # It names what engines do, for everybody; no tenant may change it.
    "/v1/engines/experiments/{capability}",
}


@dataclass(frozen=True)
class House:
    """A server of two tenants, with a key for every role of each, and a row of the log that belongs to each."""

    client: TestClient
    keys: dict[tuple[str, str], str]
    rows: dict[str, int]
    interactions: dict[str, str]

    def stream_of(self, tenant: str, role: str) -> str:
        """Return the id of a stream that is told, and may be heard again."""
        headers = {**bearing(self.keys[tenant, role]), "Idempotency-Key": "k"}
        told = self.client.post("/v1/patient-summaries", json={"record": bundle(), "stream": True}, headers=headers)
        return str(json.loads(told.text.partition("data: ")[2].partition("\n")[0])["id"])

    def case_of(self, tenant: str, role: str, finding: str = "fever") -> str:
        """Return the id of a case that is kept."""
        told = {"findings": [{"finding": finding, "present": True}]}
        answer = self.client.post("/v1/cases", json=told, headers=bearing(self.keys[tenant, role]))
        return str(answer.json()["id"])

    def asked(self, path: str, tenant: str, role: str) -> int:
        return self.client.get(path, headers=bearing(self.keys[tenant, role])).status_code


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    audit, secret = Audit(MemoryAudit(), MemorySecret()), MemorySecret()
    keys = Keys(MemoryKeys(), secret)
    held = {
        (tenant, role): done(keys.create(role, scopes=scopes, tenant=tenant)).credential
        for tenant in (*TENANTS, "")
        for role, scopes in ROLES.items()
    }
    rows = {tenant: done(audit.record(entry(1, tenant=tenant))).number for tenant in (*TENANTS, "")}
    interactions = kept_in(audit=audit)
    for tenant in (*TENANTS, ""):
        done(interactions.keep(EXCHANGE, asker(tenant)))
    kept = {each.tenant: each.id for each in done(interactions.store.page())}
    app = create_app(
        Services(rules_pipeline(), keys=keys, audit=audit, interactions=interactions),
        RULES.model_copy(update={"require_key": True, "rate_limit_per_minute": 0}),
    )
    with TestClient(app) as client:
        yield House(client, held, rows, kept)


def test_every_route_that_takes_an_id_is_known_here(house: House) -> None:
    app = house.client.app
    taking = {row.path for row in RouteTable(app.routes).rows if "{" in row.path}  # type: ignore[attr-defined]

    assert taking - NOT_OWNED == OWNED


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("tenant", TENANTS)
def test_a_foreign_id_is_not_there(house: House, tenant: str, role: str) -> None:
    other = TENANTS[1 - TENANTS.index(tenant)]
    sees = Scope.AUDIT in ROLES[role]

    own, foreign, installation, none = (
        house.asked(f"/v1/audit/{number}", tenant, role)
        for number in (house.rows[tenant], house.rows[other], house.rows[""], 9999)
    )

    assert own == (200 if sees else 403)
    # Somebody else's is told exactly as one that was never there.
    assert {foreign, installation, none} == {404 if sees else 403}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("tenant", TENANTS)
def test_a_foreign_differential_is_not_there(house: House, tenant: str, role: str) -> None:
    other = TENANTS[1 - TENANTS.index(tenant)]
    sees = Scope.AUDIT in ROLES[role]

    own, foreign, installation, none = (
        house.asked(f"/v1/interactions/{id_}", tenant, role)
        for id_ in (house.interactions[tenant], house.interactions[other], house.interactions[""], str(UUID(int=9)))
    )

    assert own == (200 if sees else 403)
    # Somebody else's is told exactly as one that was never there.
    assert {foreign, installation, none} == {404 if sees else 403}


@pytest.mark.parametrize("tenant", TENANTS)
def test_a_list_of_differentials_holds_those_of_its_tenant_alone(house: House, tenant: str) -> None:
    headers = bearing(house.keys[tenant, "auditor"])
    answer = house.client.get("/v1/interactions", headers=headers).json()
    found = house.client.get("/v1/interactions", params={"request": REQUEST}, headers=headers).json()

    assert [each["id"] for each in answer["interactions"]] == [house.interactions[tenant]]
    assert found["interactions"] == answer["interactions"]


@pytest.mark.parametrize("tenant", TENANTS)
def test_what_is_said_of_a_differential_is_about_ones_own(house: House, tenant: str) -> None:
    body = {"request_id": REQUEST, "condition": "I21.9", "verdict": "CONFIRMED"}
    headers = bearing(house.keys[tenant, "reader"])
    house.client.post("/v1/differentials/feedback", json=body, headers=headers)

    own, other = (
        house.client.get(
            f"/v1/interactions/{house.interactions[whose]}", headers=bearing(house.keys[whose, "auditor"])
        ).json()["feedback"]
        for whose in (tenant, "")
    )

    assert len(own) == 1
    # Whoever looks after the installation sees what anybody said of a request.
    assert len(other) >= 1


@pytest.mark.parametrize("tenant", TENANTS)
def test_a_list_holds_the_rows_of_its_tenant_alone(house: House, tenant: str) -> None:
    rows = house.client.get("/v1/audit", headers=bearing(house.keys[tenant, "auditor"])).json()["rows"]

    assert rows
    assert {row["tenant"] for row in rows} == {tenant}


def test_whoever_looks_after_the_installation_sees_every_tenant(house: House) -> None:
    rows = house.client.get("/v1/audit", headers=bearing(house.keys["", "auditor"])).json()["rows"]

    assert {row["tenant"] for row in rows} >= {*TENANTS, ""}
    assert house.asked(f"/v1/audit/{house.rows['north']}", "", "auditor") == 200


def test_a_refusal_of_a_foreign_id_is_word_for_word_that_of_none(house: House) -> None:
    headers = bearing(house.keys["north", "auditor"])

    foreign, none = (
        house.client.get(f"/v1/audit/{number}", headers=headers).json() for number in (house.rows["south"], 9999)
    )

    assert foreign | {"request_id": ""} == none | {"request_id": ""}


@pytest.mark.parametrize("path", STREAMS)
@pytest.mark.parametrize("role", ["reader", "administrator"])
def test_a_stream_is_there_for_whoever_asked_for_it(house: House, role: str, path: str) -> None:
    id = house.stream_of("north", role)  # noqa: A001
    others = [key for whose, key in house.keys.items() if whose != ("north", role) and whose[1] != "auditor"]

    def told(key: str, id: str) -> tuple[int, object]:  # noqa: A002
        answer = house.client.request(STREAMS[path], path.format(id=id), headers=bearing(key))
        return answer.status_code, answer.json() | {"request_id": ""} if answer.status_code == 404 else None

    refused = [told(key, id) for key in others]
    none = told(house.keys["north", role], "none")

    assert refused == [none] * len(others)
    assert none[0] == 404
    assert told(house.keys["north", role], id)[0] == 200


@pytest.mark.parametrize(("method", "path"), CASES)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("tenant", TENANTS)
def test_a_case_is_there_for_its_tenant(house: House, tenant: str, role: str, method: str, path: str) -> None:
    other = TENANTS[1 - TENANTS.index(tenant)]
    headers, body = bearing(house.keys[tenant, role]), CASES[method, path]

    def told(id: str) -> tuple[int, object]:  # noqa: A002
        answer = house.client.request(method, path.format(id=id), json=body, headers=headers)
        return answer.status_code, answer.json() | {"request_id": ""}

    own = told(house.case_of(tenant, "reader"))
    foreign, installation = (told(house.case_of(each, "reader")) for each in (other, ""))
    none = told("0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11")

    # Whoever may not read cases is told so, and nothing of what there is.
    assert own[0] == (403 if role == "auditor" else 200)
    assert foreign == installation == none
    assert none[0] == (403 if role == "auditor" else 404)


@pytest.mark.parametrize("tenant", [*TENANTS, ""])
def test_a_search_finds_the_cases_of_its_tenant_alone(house: House, tenant: str) -> None:
    kept = {each: house.case_of(each, "reader", "headache") for each in (*TENANTS, "")}
    headers = bearing(house.keys[tenant, "reader"])

    def found(case: str) -> set[str]:
        answer = house.client.post("/v1/cases/search", json={"case": case, "most": 50}, headers=headers)
        return {each["case"]["id"] for each in answer.json()["cases"]}

    house.case_of(tenant, "reader", "headache")
    seen = found(kept[tenant])

    assert seen
    # Whoever looks after the installation sees every tenant.
    assert {each for each, case in kept.items() if case in seen} == ({*TENANTS} if tenant == "" else set())
