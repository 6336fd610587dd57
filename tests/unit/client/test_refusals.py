from __future__ import annotations

from typing import Any

import pytest

from epicrisis import errors
from epicrisis.api.contracts.assertion.refusals import told
from epicrisis.api.problems import DOOR, ERRORS, Problem, problem_of
from epicrisis.client.refusals import refusal_of
from epicrisis.errors import EpicrisisError

FAULTS = ({"pointer": "#/text", "detail": "Is missing."},)


@pytest.mark.parametrize("kind", list(ERRORS), ids=lambda kind: kind.code)
def test_a_problem_document_is_the_error_the_server_had(kind: type[EpicrisisError]) -> None:
    problem = problem_of(kind())

    error = refusal_of(problem.status, problem.document("7"), None)

    assert type(error) is kind
    assert str(error) == problem.detail
    assert (error.code, error.request_id) == (kind.code, "7")


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        (errors.InvalidInput, errors.InvalidInput), (errors.EmptyText, errors.InvalidInput),
        (errors.TextTooLong, errors.TextTooLong), (errors.Unauthenticated, errors.Unauthenticated),
        (errors.Forbidden, errors.Forbidden), (errors.RateLimited, errors.RateLimited),
        (errors.Overloaded, errors.Overloaded), (EpicrisisError, EpicrisisError),
    ],
)  # fmt: skip
def test_contract_b_says_less_and_is_understood_by_its_status(
    kind: type[EpicrisisError], known: type[EpicrisisError]
) -> None:
    problem = problem_of(kind())

    error = refusal_of(problem.status, {**told(problem), "request_id": "7"}, None)

    assert type(error) is known
    assert problem.detail in str(error)
    assert error.request_id == "7"


@pytest.mark.parametrize("problem", DOOR, ids=lambda problem: problem.code)
def test_every_refusal_of_the_door_is_an_error_of_ours(problem: Problem) -> None:
    error = refusal_of(problem.status, problem.document("7"), None)

    assert isinstance(error, EpicrisisError)
    if problem.status in (400, 413, 415, 422):
        assert isinstance(error, errors.InvalidInput)


def test_an_error_we_do_not_know_keeps_its_code() -> None:
    error = refusal_of(418, {"code": "teapot", "detail": "I am a teapot."}, "7")

    assert (type(error), error.code, str(error), error.request_id) == (EpicrisisError, "teapot", "I am a teapot.", "7")
    assert EpicrisisError.code == "error"


@pytest.mark.parametrize("body", [{"errors": list(FAULTS)}, {"details": {"#/text": "Is missing."}}])
def test_the_fields_at_fault_are_named(body: dict[str, Any]) -> None:
    error = refusal_of(422, {"code": "invalid-request", "detail": "Fields are at fault.", **body}, "7")

    assert str(error) == "Fields are at fault. #/text: Is missing."


@pytest.mark.parametrize(
    ("status", "kind"),
    [(502, errors.Unreachable), (503, errors.Overloaded), (504, errors.DeadlineExceeded), (500, EpicrisisError)],
)
def test_of_a_proxy_between_us_the_status_says_all(status: int, kind: type[EpicrisisError]) -> None:
    error = refusal_of(status, {}, "")

    assert type(error) is kind
    assert str(error) == f"The server answered {status}."
    assert error.request_id is None
