"""The Python client about what may explain a case, against a server in its own process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from epicrisis import errors
from epicrisis.client import LabResult
from epicrisis.domain.differentials import Observed, Severity
from epicrisis.domain.patients import Sex
from epicrisis.formats.differentials import NOTICE
from tests.clients import BOTH, Asks
from tests.flaky import Said, flaky
from tests.serving import running

NOTE = "🫀 A 65-year-old man has chest pain. He denies fever."
BUSY = {"status": 503, "code": "overloaded", "detail": "Try again in a moment.", "request_id": "7"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as (server, _):
        yield f"http://{server.host}:{server.port}"


@pytest.fixture(params=BOTH)
def ask(request: pytest.FixtureRequest) -> Asks:
    return BOTH[request.param]


def test_symptoms_are_answered_with_conditions_and_their_evidence(url: str, ask: Asks) -> None:
    ranked = ask(
        url, "differentials", ["chest pain", "no fever", "blorbing"], conditions=["hypertension"],
        results=[LabResult("718-7", 9.1, "g/dL")], findings=[Observed("cough", present=False)], age=65, sex="MALE",
        severity=Severity.SEVERE, most=3,
    )  # fmt: skip

    found = ranked.differential
    assert len(found.hypotheses) == 3
    assert (found.case.age, found.case.sex, found.case.severity) == (65.0, Sex.MALE, Severity.SEVERE)
    assert {"chest-pain": True, "fever": False, "cough": False}.items() <= {
        each.finding: each.present for each in found.case.observed
    }.items()
    assert found.case.unmatched == ("blorbing",)
    assert any(each.observed.finding == "chest-pain" for one in found.hypotheses for each in one.supporting)
    assert (ranked.notice, ranked.language) == (NOTICE["en"], "en")
    assert ranked.request_id


def test_a_note_is_quoted_where_it_says_so(url: str, ask: Asks) -> None:
    found = ask(url, "differentials", text=NOTE, language="en").differential

    told = {each.finding: each.source.span for each in found.case.observed if each.source is not None}
    # Places count code points, also behind a character that is two of UTF-16.
    assert {NOTE[span.start : span.end] for span in told.values() if span} >= {"chest pain", "fever"}
    assert found.case.age == 65.0


def test_it_is_answered_in_spanish(url: str, ask: Asks) -> None:
    ranked = ask(url, "differentials", ["dolor torácico"], language="es")

    assert (ranked.language, ranked.notice) == ("es", NOTICE["es"])


def test_what_is_refused_is_an_error_that_repeats_nothing(url: str, ask: Asks) -> None:
    for told in ({}, {"symptoms": ["cough"], "age": -3}, {"findings": [Observed("Ana Ruiz Prueba")]}):
        with pytest.raises(errors.InvalidInput) as refused:
            ask(url, "differentials", **told)

        assert refused.value.request_id
        assert "Ruiz" not in str(refused.value)


def test_it_only_reads_so_it_is_asked_again_without_a_key(ask: Asks) -> None:
    refused = Said(422, {"status": 422, "code": "invalid-input", "detail": "No.", "request_id": "7"})

    with flaky(Said(503, BUSY, {"Retry-After": "0"}), refused) as server, pytest.raises(errors.InvalidInput):
        ask(server.url, "differentials", ["cough"])

    assert [path for path, _ in server.requests] == ["/v1/differentials"] * 2
    assert not any(name.lower() == "idempotency-key" for _, headers in server.requests for name in headers)
