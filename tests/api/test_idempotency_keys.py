"""What an ``Idempotency-Key`` looks like, and which requests are the same."""

from __future__ import annotations

from typing import Any

import pytest

from epicrisis.api.idempotency.keys import digest_of, key_of
from epicrisis.api.problems import Refused

PATH = "/v1/redactions"


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324"),
        ('"8e03978e-40d5-43e8-bc93-6894a57f9324"', "8e03978e-40d5-43e8-bc93-6894a57f9324"),
        (r'"a \"word\" \\ and more"', r'a "word" \ and more'),
        ("  padded ", "padded"),
    ],
)
def test_a_key_may_stand_in_quotes_and_is_the_same_without(sent: str, key: str) -> None:
    assert key_of({"headers": [(b"idempotency-key", sent.encode())]}) == key


def test_a_key_out_of_its_quotes_is_refused() -> None:
    with pytest.raises(Refused):
        key_of({"headers": [(b"idempotency-key", rb'"a"b"')]})


def scope(**changed: Any) -> dict[str, Any]:
    plain = {"method": "POST", "path": PATH, "query_string": b"", "headers": []}
    return {**plain, **changed}


def test_a_request_is_the_same_however_its_body_arrives() -> None:
    assert digest_of(scope(), [b"fe", b"ver"]) == digest_of(scope(), [b"fever"])


@pytest.mark.parametrize(
    "changed",
    [
        {"path": "/v1/feedback"}, {"query_string": b"a=1"}, {"headers": [(b"content-type", b"text/csv")]},
        {"headers": [(b"x-patient", b"7")]},
    ],
)  # fmt: skip
def test_another_place_kind_or_header_that_counts_is_another_request(changed: dict[str, Any]) -> None:
    assert digest_of(scope(**changed), [b"fever"], [b"x-patient"]) != digest_of(scope(), [b"fever"], [b"x-patient"])


def test_a_header_that_does_not_count_changes_nothing() -> None:
    assert digest_of(scope(headers=[(b"user-agent", b"curl")]), [b""]) == digest_of(scope(), [b""])
