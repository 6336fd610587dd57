"""The Python client about versions that are compared, and about one patient, against a server in its own process."""

from __future__ import annotations

from collections.abc import Iterator

import anyio
import pytest

from epicrisis import errors
from epicrisis.client import Arm, AsyncClient, Client
from epicrisis.domain.spans import Span
from tests.clients import BOTH, Asks
from tests.flaky import PREDICTION, Said, flaky
from tests.serving import running

NOTE, FEVER = "Denies fever.", [Span(7, 12)]
HALF = [Arm("control"), Arm("next", engine="model")]
PATIENTS = [f"patient-{number}" for number in range(16)]


@pytest.fixture(scope="module")
def server_url() -> Iterator[str]:
    with running(EPICRISIS_ANONYMOUS_SCOPES='["admin"]') as (server, _):
        yield f"http://{server.host}:{server.port}"


@pytest.fixture
def url(server_url: str) -> Iterator[str]:
    yield server_url
    with Client(server_url) as client:
        client.end_comparison("assertion")


@pytest.fixture(params=BOTH)
def ask(request: pytest.FixtureRequest) -> Asks:
    return BOTH[request.param]


def test_versions_are_compared_and_shown_until_that_ends(url: str, ask: Asks) -> None:
    arms = [Arm("control", weight=90), Arm("next", "model", 10), Arm("beside", "model", mode="shadow")]

    begun = ask(url, "compare_engines", "assertion", arms, salt="spring-2")
    [shown] = ask(url, "experiments")
    ended = ask(url, "end_comparison", "assertion")

    assert [(arm.name, arm.mode, arm.weight, arm.share) for arm in begun.arms] == [
        ("control", "live", 90, 0.9), ("next", "live", 10, 0.1), ("beside", "shadow", 1, 0.0),
    ]  # fmt: skip
    assert begun.arms[0].engines == ("rules-1",)
    assert (begun.capability, begun.salt, begun.set_by) == ("assertion", "spring-2", "api")
    assert (shown.arms, shown.set_at) == (begun.arms, begun.set_at)
    assert ended.arms == ()
    assert begun.request_id != ended.request_id


def test_all_of_a_patient_is_answered_by_the_same_version(url: str) -> None:
    with Client(url) as client:
        client.compare_engines("assertion", HALF)
        first, again = (
            [client.for_patient(each).assess(NOTE, targets=FEVER).assessment.engine for each in patients]
            for patients in (PATIENTS, reversed(PATIENTS))
        )

    async def asynchronous() -> list[str]:
        async with AsyncClient(url) as client:
            return [(await client.for_patient(each).assess(NOTE, targets=FEVER)).assessment.engine for each in PATIENTS]

    assert set(first) == {"rules", "model"}
    assert again == first[::-1]
    assert anyio.run(asynchronous) == first


def test_what_people_say_is_said_of_the_version_that_answered(url: str, ask: Asks) -> None:
    ask(url, "compare_engines", "assertion", [Arm("next", engine="model")])
    judged = ask(url, "assess", NOTE, targets=FEVER)
    answered = {"engine": judged.assessment.engine, "version": judged.assessment.version}

    kept = ask(url, "feedback", judged.request_id, given="ABSENT", right="ABSENT", target=0, **answered)

    assert {"engine": kept.engine, "version": kept.version} == answered
    assert kept.engine == "model"


def test_what_cannot_be_compared_is_an_error_and_changes_nothing(url: str, ask: Asks) -> None:
    refusals: tuple[tuple[type[errors.EpicrisisError], str, list[Arm]], ...] = (
        (errors.UnknownEngine, "assertion", [Arm("next", engine="oracle")]),
        (errors.InvalidInput, "assertion", []),
        (errors.InvalidInput, "assertion", [Arm("next", mode="loud")]),
        (errors.InvalidInput, "fortunes", HALF),
    )
    for kind, capability, arms in refusals:
        with pytest.raises(kind):
            ask(url, "compare_engines", capability, arms)

    assert ask(url, "assess", NOTE, targets=FEVER).assessment.engine == "rules"


def test_whoever_may_not_is_told_what_it_takes() -> None:
    with running() as (server, _):
        for ask in BOTH.values():
            with pytest.raises(errors.Unauthenticated, match="admin"):
                ask(f"http://{server.host}:{server.port}", "end_comparison", "assertion")


def test_a_patient_goes_with_each_try_of_what_is_asked_about_them_and_with_nothing_else() -> None:
    with flaky(Said(503, {}, {"Retry-After": "0"}), Said()) as server, Client(server.url) as client:
        client.for_patient("Ñ-7").predict("Denies fever.")
        client.predict("Denies fever.")

    sent = [headers.get("X-Patient") for _, headers in server.requests]
    # Headers carry bytes, which the server of the test reads as Latin-1.
    assert sent == ["Ñ-7".encode().decode("latin-1")] * 2 + [None]


def test_a_call_that_names_its_patient_means_that_one() -> None:
    file = Said(200, PREDICTION, {"X-Engine": "a/1", "X-Redactions": "", "X-Policy": "p", "Content-Type": "text/csv"})
    with flaky(file) as server, Client(server.url) as client:
        client.for_patient("7").redact_file(b"a\n1\n", kind="csv", patient="8")

    assert [headers.get("X-Patient") for _, headers in server.requests] == ["8"]


@pytest.mark.parametrize("patient", ["", " 7", "7\r\nX-Other: 1", "7\x00", "\ud800"])
def test_an_id_no_header_carries_is_told_at_once(patient: str) -> None:
    with Client("http://127.0.0.1:9") as client, pytest.raises(errors.InvalidInput, match="header"):
        client.for_patient(patient)


def test_a_client_for_a_patient_does_not_show_whose_it_is() -> None:
    with Client("http://127.0.0.1:9") as client:
        assert "patient-7" not in repr(vars(client.for_patient("patient-7")))
