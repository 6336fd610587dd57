from __future__ import annotations

import pytest

from epicrisis.ehr.line import Reply
from epicrisis.ehr.replies import Unknown, refusal, resource_of
from epicrisis.ehr.troubles import Refused, Trouble, Why

pytestmark = pytest.mark.anyio

FHIR = {"content-type": "application/fhir+json; charset=utf-8"}
OUTCOME = b'{"resourceType": "OperationOutcome", "issue": []}'


async def test_a_resource_is_read() -> None:
    found = await resource_of(Reply(200, FHIR, b'{"resourceType": "Patient", "id": "1"}'))

    assert found == {"resourceType": "Patient", "id": "1"}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "text/html"}, b'{"resourceType": "Patient"}'),
        ({}, b'{"resourceType": "Patient"}'),
        (FHIR, b""),
        (FHIR, b"<html>"),
        (FHIR, b'{"resourceType": "Pat'),
        (FHIR, b"[]"),
        (FHIR, b"{}"),
        (FHIR, b'{"resourceType": 7}'),
        (FHIR, b'{"resourceType": "Patient", "n": NaN}'),
        (FHIR, b'{"resourceType": "\xff"}'),
        (FHIR, b'{"resourceType": "Bundle", "entry": ' + b"[" * 100_000),
        (FHIR, b'{"resourceType": "Bundle", "entry": ' + b"[" * 300_000 + b"]" * 300_000 + b"}"),
    ],
)
async def test_what_is_no_resource_in_json_is_not_taken(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(Trouble) as refused:
        await resource_of(Reply(200, headers, body))

    assert refused.value.why is Why.UNREADABLE


@pytest.mark.parametrize(
    ("status", "why", "again", "counts"),
    [
        (400, Why.NOT_OFFERED, False, False),
        (405, Why.NOT_OFFERED, False, False),
        (418, Why.FAILED, False, False),
        (429, Why.BUSY, True, False),
        (500, Why.FAILED, True, True),
        (501, Why.NOT_OFFERED, False, False),
        (503, Why.FAILED, True, True),
        (599, Why.FAILED, False, True),
    ],
)
def test_each_refusal_says_whether_to_ask_again(status: int, why: Why, again: bool, counts: bool) -> None:
    told = refusal(Reply(status, {}, b""))

    assert (told.why, told.again, told.counts) == (why, again, counts)


def test_who_is_not_known_may_have_another_token_and_who_is_not_allowed_has_not() -> None:
    unknown, forbidden = refusal(Reply(401, {}, b"")), refusal(Reply(403, {}, b""))

    assert isinstance(unknown, Refused)
    assert isinstance(forbidden, Refused)
    assert (unknown.unknown, forbidden.unknown) == (True, False)


def test_a_server_that_knows_no_fhir_is_not_believed_that_a_patient_is_not_there() -> None:
    assert isinstance(refusal(Reply(404, {}, OUTCOME)), Unknown)
    assert not isinstance(refusal(Reply(404, {}, b"<h1>Not Found</h1>")), Unknown)
