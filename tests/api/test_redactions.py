"""``POST /v1/redactions``: a new text, where it came from in the old one, and never the words that stood there."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.api.schemas.redactions import RedactionAnswer, RedactionBatchAnswer
from epicrisis.assembly import Services
from epicrisis.domain.identifiers import Identified
from epicrisis.domain.redactions import Operator
from epicrisis.engines.privacy.policies import shipped
from epicrisis.services.audit_reading import read_all
from tests.identities import everything
from tests.serving import CANARY, EVERYBODY, RULES, UUID, a_ring, rules_pipeline

NOTE = "Mr. John Doe, MRN 00412317, was seen on 3/4/2019 and 3/9/2019. 😷 Mr. Doe denies fever."
SPANISH = "Paciente: Ana Ruiz Prueba, DNI 12345678Z. Ingresa el 4 de marzo de 2019 con cefalea."


@pytest.fixture(scope="module")
def services() -> Services:
    policies = {**shipped(), "sealed": everything(Operator.ENCRYPT)}
    return Services(rules_pipeline(), policies=policies, seals=a_ring())


@pytest.fixture(scope="module")
def client(services: Services) -> Iterator[TestClient]:
    with TestClient(create_app(services, EVERYBODY), raise_server_exceptions=False) as client:
        yield client


def sent(client: TestClient, **body: Any) -> Any:
    response = client.post("/v1/redactions", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def recorded(services: Services) -> Any:
    async def last() -> Any:
        return [read.entry async for read in read_all(services.audit.store)][-1]

    return asyncio.run(last())


def test_answers_a_new_text_and_where_each_replacement_stands(client: TestClient) -> None:
    answer = sent(client, text=NOTE)

    assert re.fullmatch(UUID, answer["request_id"])
    assert answer["policy"] == "safe-harbor"
    assert answer["id"] == "1"
    assert answer["text"] == "Mr. [NAME], MRN [MRN], was seen on 2019 and 2019. 😷 Mr. [NAME] denies fever."
    assert answer["counts"] == {"NAME": 2, "MRN": 1, "DATE": 2}
    for each in answer["replacements"]:
        assert answer["text"][each["start"] : each["end"]] == each["text"]
    originals = [NOTE[each["original"]["start"] : each["original"]["end"]] for each in answer["replacements"]]
    assert originals == ["John Doe", "00412317", "3/4/2019", "3/9/2019", "Doe"]
    RedactionAnswer.model_validate(answer)


@pytest.mark.parametrize(("unit", "encoding", "width"), [("utf16", "utf-16-le", 2), ("byte", "utf-8", 1)])
def test_counts_offsets_in_the_unit_asked_for(client: TestClient, unit: str, encoding: str, width: int) -> None:
    answer = sent(client, text=NOTE, offset_unit=unit)
    last = answer["replacements"][-1]

    def quoted(text: str, start: int, end: int) -> str:
        return text.encode(encoding)[start * width : end * width].decode(encoding)

    assert quoted(answer["text"], last["start"], last["end"]) == "[NAME]"
    assert quoted(NOTE, last["original"]["start"], last["original"]["end"]) == "Doe"


@pytest.mark.parametrize("policy", ["safe-harbor", "gdpr", "research", "contract-h", "limited-data-set"])
@pytest.mark.parametrize("explain", [False, True])
def test_never_tells_the_words_that_stood_there(client: TestClient, policy: str, explain: bool) -> None:
    answer = json.dumps(sent(client, text=NOTE, policy=policy, explain=explain))

    assert not any(word in answer for word in ("John", "Doe", "00412317"))


def test_explains_what_found_an_identifier_and_why(client: TestClient) -> None:
    answer = sent(client, text="Mr. John Doe, Parkinson disease, aged 64.", explain=True)

    [name] = answer["replacements"]
    assert name["found_by"].startswith("patterns:")
    assert name["why"]
    assert 0 < name["score"] <= 1
    assert {"kept", "spared"} <= answer.keys()
    RedactionAnswer.model_validate(answer)


def test_invented_names_and_moved_dates_hold_together(client: TestClient) -> None:
    answer = sent(client, text=NOTE, policy="research", patient="p-1")

    person, doe = (each["text"] for each in answer["replacements"] if each["kind"] == "NAME")
    assert person.split()[1] == doe
    days = [each["text"] for each in answer["replacements"] if each["kind"] == "DATE"]
    assert _days_between(*days) == 5
    assert sent(client, text=NOTE, policy="research", patient="p-1")["text"] == answer["text"]
    assert sent(client, text=NOTE, policy="research", patient="p-2")["text"] != answer["text"]


def test_reads_spanish(client: TestClient) -> None:
    answer = sent(client, text=SPANISH, policy="contract-h")

    assert answer["language"] == "es"
    assert answer["text"] == "Paciente: [REDACTED], DNI [REDACTED]. Ingresa el [REDACTED] con cefalea."


def test_a_batch_is_answered_note_by_note_and_a_bad_one_fails_alone(client: TestClient) -> None:
    answer = sent(client, documents=[{"id": "a", "text": NOTE}, {"id": "b", "text": " "}, {"text": SPANISH}])

    RedactionBatchAnswer.model_validate(answer)
    good, bad, third = answer["documents"]
    assert (good["id"], bad["id"], third["id"]) == ("a", "b", "3")
    assert bad["problem"]["code"] == "empty-text"
    assert "Doe" not in json.dumps(answer)


def test_records_who_asked_for_what_and_no_word_of_the_note(client: TestClient, services: Services) -> None:
    answer = sent(client, text=f"Mr. {CANARY} denies fever.", purpose="research-12", patient="p-1")

    entry = recorded(services)
    assert (entry.action, entry.route, entry.outcome) == ("redact", "/v1/redactions", "done")
    assert (entry.purpose, entry.subject) == ("research-12", "safe-harbor")
    assert entry.counts == {"NAME": 1}
    assert entry.request_id == answer["request_id"]
    assert entry.document == services.audit.mark(f"Mr. {CANARY} denies fever.")
    assert CANARY not in repr(entry)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [({"text": NOTE, "policy": CANARY}, 422, "unknown-policy"),
     ({"text": NOTE, "patient": ""}, 422, "invalid-request"),
     ({"text": NOTE, "purpose": f"for {CANARY}"}, 422, "invalid-request"),
     ({"text": NOTE, "operators": {}}, 422, "invalid-request"),
     ({"text": NOTE, "documents": [{"text": NOTE}]}, 422, "invalid-request"),
     ({"text": " "}, 422, "empty-text"), ({"text": NOTE, "language": "de"}, 422, "unknown-language"),
     ({"text": "x " * 600_000}, 413, "text-too-long"), ({"text": "x" * 3_000_000}, 413, "body-too-large")],
)  # fmt: skip
def test_refuses_with_a_code_and_repeats_nothing(client: TestClient, body: Any, status: int, code: str) -> None:
    response = client.post("/v1/redactions", json=body)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert CANARY not in response.text
    assert "Doe" not in response.text


def test_says_which_policies_there_are(client: TestClient) -> None:
    response = client.post("/v1/redactions", json={"text": NOTE, "policy": "secret"})

    assert "safe-harbor" in response.json()["detail"]


def test_seals_identifiers_and_opens_them_again(client: TestClient, services: Services) -> None:
    sealed = sent(client, text=NOTE, policy="sealed")["text"]
    assert "Doe" not in sealed
    assert sealed.count("[NAME#") == 2

    opened = client.post("/v1/reidentifications", json={"text": sealed, "purpose": "recall"}).json()

    assert opened["text"] == NOTE
    assert opened["opened"] == 5
    entry = recorded(services)
    assert (entry.action, entry.purpose, entry.outcome) == ("reidentify", "recall", "done")
    assert entry.counts == {"NAME": 2, "MRN": 1, "DATE": 2}


def test_opens_nothing_where_one_of_them_was_changed_or_moved(client: TestClient, services: Services) -> None:
    sealed = sent(client, text=NOTE, policy="sealed")["text"]

    for broken in (sealed.replace("[MRN#", "[NAME#"), re.sub(r"\[MRN#[^\]]{20}", "[MRN#" + "A" * 20, sealed)):
        response = client.post("/v1/reidentifications", json={"text": broken})
        assert (response.status_code, response.json()["code"]) == (422, "invalid-input")
        assert "Doe" not in response.text
        assert recorded(services).outcome == "invalid-input"


def test_says_what_is_missing_where_nothing_can_encrypt() -> None:
    policies = {"sealed": everything(Operator.ENCRYPT)}
    with TestClient(create_app(Services(rules_pipeline(), policies=policies), RULES)) as client:
        response = client.post("/v1/redactions", json={"text": NOTE, "policy": "sealed"})

    assert (response.status_code, response.json()["code"]) == (503, "missing-dependency")


def test_hands_over_no_part_of_a_note_that_cannot_be_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    services = Services(rules_pipeline())
    app = create_app(services, EVERYBODY)
    explained = app.state.deidentify.identify.explained

    async def misplaced(documents: Any) -> Any:
        # What an engine with a bug finds behind the end of the text.
        [found] = await explained(documents)
        first = found.identifiers[0]
        behind = replace(first, span=first.span.shifted(10_000))
        return [Identified(found.document, (*found.identifiers, behind))]

    monkeypatch.setattr(app.state.deidentify, "identify", type("Finds", (), {"explained": staticmethod(misplaced)}))
    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.post("/v1/redactions", json={"text": NOTE})

    assert response.status_code == 422
    assert "fever" not in response.text
    assert recorded(services).outcome == "invalid-span"


def _days_between(first: str, second: str) -> int:
    days = [date(int(year), int(month), int(day)) for month, day, year in (each.split("/") for each in (first, second))]
    return (days[1] - days[0]).days
