"""The Python client about cases that are kept and about what became of a condition, against a server of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from epicrisis import errors
from epicrisis.client import Among, KeptCase
from epicrisis.domain.patients import Sex
from epicrisis.formats.cases import NOTICE
from tests.clients import BOTH, Asks
from tests.flaky import Said, flaky
from tests.serving import UUID, running

NOTE = "Mr. John Doe, MRN 00412317, seen on 3/4/2019. Fever and productive cough. Denies chest pain."


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as (server, _):
        yield f"http://{server.host}:{server.port}"


@pytest.fixture(params=BOTH)
def ask(request: pytest.FixtureRequest) -> Asks:
    return BOTH[request.param]


@pytest.fixture
def kept(url: str, ask: Asks) -> Iterator[KeptCase]:
    case = ask(url, "keep_case", "blorbing", text=NOTE, age=93, sex="MALE", outcome="J18.9")
    yield case
    ask(url, "remove_case", case.id)


def test_a_case_is_kept_without_who_it_was_of(url: str, ask: Asks, kept: KeptCase) -> None:
    assert kept.text == "Mr. [NAME], MRN [MRN], seen on 2019. Fever and productive cough. Denies chest pain."
    found = {each.finding: each.present for each in kept.findings}
    assert found == {"fever": True, "cough-productive": True, "chest-pain": False}
    assert (kept.age, kept.sex, kept.language, kept.unmatched) == (90, Sex.MALE, "en", ("blorbing",))
    assert kept.outcome is not None
    assert (kept.outcome.code, kept.outcome.display) == ("J18.9", "Pneumonia, unspecified organism")
    assert re.fullmatch(UUID, kept.request_id)
    read = ask(url, "read_case", kept.id)
    assert (read.text, read.findings, read.created_at, read.unmatched) == (
        kept.text,
        kept.findings,
        kept.created_at,
        (),
    )


def test_its_like_is_found_among_those_that_are_asked_about(url: str, ask: Asks, kept: KeptCase) -> None:
    symptoms = ["fever", "productive cough", "chest pain", "shortness of breath"]

    found = ask(url, "search_cases", symptoms, among=Among(age_from=60, outcome="J"), most=1)
    nobody = ask(url, "search_cases", symptoms, among=Among(sex="FEMALE"))

    [similar] = found.cases
    assert similar.case.id == kept.id
    assert 0 < similar.score < 1
    assert {each.name for each in similar.shared} == {"fever", "productive cough"}
    assert [each.finding for each in similar.opposed] == ["chest-pain"]
    assert [each.finding for each in similar.only_asked] == ["dyspnea"]
    assert (found.notice, nobody.cases) == (NOTICE["en"], ())


def test_the_like_of_a_kept_case_is_found_without_itself(url: str, ask: Asks, kept: KeptCase) -> None:
    other = ask(url, "keep_case", ["fever", "productive cough"], idempotency_key="")

    found = ask(url, "search_cases", like=kept.id)
    ask(url, "remove_case", other.id)

    assert [each.case.id for each in found.cases] == [other.id]


def test_what_it_turned_out_to_be_is_said_and_taken_back(url: str, ask: Asks, kept: KeptCase) -> None:
    concluded, taken_back = (ask(url, "conclude_case", kept.id, outcome) for outcome in ("J15.9", None))

    assert concluded.outcome.code == "J15.9"
    assert taken_back.outcome is None
    assert ask(url, "read_case", kept.id).outcome is None


def test_a_case_that_is_forgotten_is_not_there(url: str, ask: Asks) -> None:
    case = ask(url, "keep_case", ["cough"])

    removed = ask(url, "remove_case", case.id)

    assert removed.id == case.id
    assert re.fullmatch(UUID, removed.request_id)
    for method, named in (("read_case", {}), ("remove_case", {}), ("conclude_case", {"outcome": "J18.9"})):
        with pytest.raises(errors.UnknownRecord):
            ask(url, method, case.id, **named)
    with pytest.raises(errors.UnknownRecord):
        ask(url, "search_cases", like=str(uuid4()))


def test_what_is_refused_is_an_error_that_repeats_nothing(url: str, ask: Asks, kept: KeptCase) -> None:
    calls: tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...] = (
        ("keep_case", (), {}),
        ("keep_case", (["cough"],), {"outcome": "Ana Ruiz Prueba"}),
        ("conclude_case", (kept.id, "Ana Ruiz Prueba"), {}),
        ("read_case", ("Ana Ruiz Prueba",), {}),
        ("search_cases", (["cough"],), {"like": kept.id}),
        ("search_cases", (["cough"],), {"among": Among(outcome="Ana Ruiz Prueba")}),
    )
    for method, given, named in calls:
        with pytest.raises(errors.InvalidInput) as refused:
            ask(url, method, *given, **named)

        assert "Ruiz" not in str(refused.value)


def test_what_is_not_installed_is_told_once(ask: Asks) -> None:
    missing = {"status": 503, "code": "missing-dependency", "detail": "Install pgvector.", "request_id": "7"}

    with flaky(Said(503, missing)) as server, pytest.raises(errors.MissingDependency, match="pgvector"):
        ask(server.url, "search_cases", ["cough"])

    assert [path for path, _ in server.requests] == ["/v1/cases/search"]


def test_what_became_of_a_condition_is_kept_once_for_whoever_says_it(url: str, ask: Asks) -> None:
    ranked = ask(url, "differentials", ["chest pain", "sweating"], age=65, most=1)
    [likeliest] = ranked.differential.hypotheses
    said = {"condition": likeliest.code.code, "verdict": "RULED_OUT", "final": "I20.0"}

    kept = ask(url, "differential_feedback", ranked.request_id, **said)
    thought_again = ask(url, "differential_feedback", ranked.request_id, **said | {"verdict": "CONFIRMED"})
    unknown = ask(url, "differential_feedback", str(uuid4()), **said)

    assert (kept.verdict, thought_again.verdict) == ("RULED_OUT", "CONFIRMED")
    assert kept.id == thought_again.id
    assert (kept.engine, kept.known, unknown.known) == (ranked.differential.engine, True, False)
    with pytest.raises(errors.InvalidInput):
        ask(url, "differential_feedback", ranked.request_id, **said | {"verdict": "Ana Ruiz Prueba"})
