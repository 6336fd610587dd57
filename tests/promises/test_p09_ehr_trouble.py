"""P9: an EHR in trouble costs what it does not give: the rest comes, in time, and what is missing is named."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import pytest

from epicrisis.domain.patients import Missing
from epicrisis.ehr.belonging import CLINICAL
from epicrisis.ehr.breaker import Breaker
from epicrisis.ehr.client import FhirPatients
from epicrisis.ehr.sample.weather import Trouble
from epicrisis.ehr.troubles import Why
from epicrisis.errors import EhrRefused, EhrUnavailable, EpicrisisError, PatientNotFound, WrongPatient
from epicrisis.services.patient_records import Fetched
from tests.ehr_server import ANA, JUAN, SampleEhr, a_sample_ehr
from tests.logged import logged

pytestmark = pytest.mark.anyio

# What runs beside a test, on two cores.
SLACK = 2.0


@pytest.fixture(scope="module")
def running() -> Iterator[SampleEhr]:
    with a_sample_ehr() as sample:
        yield sample


@pytest.fixture
def sample(running: SampleEhr) -> SampleEhr:
    running.spoil(None)
    running.weather.asked.clear()
    return running


async def fetched(sample: SampleEhr, patient: str = ANA, *, seconds: float = 4.0, **changed: object) -> Fetched:
    patients = sample.patients(**changed)
    try:
        with within(seconds):
            return await patients.fetch(patient, seconds=seconds)
    finally:
        await patients.close()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds + SLACK


def kinds(found: Fetched) -> set[str]:
    return {each["resourceType"] for each in found.resources}


def sections(found: Fetched) -> set[str]:
    return {each.section for each in found.missing}


def of(found: Fetched) -> set[tuple[str, str]]:
    return {(each["resourceType"], each["id"]) for each in found.resources}


async def test_an_ehr_that_is_well_gives_all_of_a_patient_in_pages(sample: SampleEhr) -> None:
    found = await fetched(sample, seconds=8)

    assert found.missing == ()
    assert of(found) - {("Binary", f"{ANA}-binary-1")} == {
        (each["resourceType"], each["id"]) for each in sample.shelf.everything(ANA)
    }
    assert sample.weather.asked.count("$everything") > 2


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble.DOWN, EhrUnavailable),
        (Trouble.ERROR, EhrUnavailable),
        (Trouble.RESET, EhrUnavailable),
        (Trouble.CUT, EhrUnavailable),
        (Trouble.HANG, EhrUnavailable),
        (Trouble.DRIP, EhrUnavailable),
        (Trouble.FULL, EhrUnavailable),
        (Trouble.BAD_JSON, EhrUnavailable),
        (Trouble.HTML, EhrUnavailable),
        (Trouble.REDIRECT, EhrUnavailable),
        (Trouble.BOMB, EhrUnavailable),
        (Trouble.UNAUTHORIZED, EhrRefused),
        (Trouble.FORBIDDEN, EhrRefused),
        (Trouble.WRONG_PATIENT, WrongPatient),
    ],
)
async def test_an_ehr_that_gives_nothing_is_one_error_in_time(
    sample: SampleEhr, trouble: Trouble, error: type[EpicrisisError]
) -> None:
    sample.spoil(trouble)

    with pytest.raises(error) as refused:
        await fetched(sample, seconds=3)

    assert ANA not in str(refused.value)
    assert sample.url not in str(refused.value)


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (Trouble.DOWN, Why.FAILED.value),
        (Trouble.ERROR, Why.FAILED.value),
        (Trouble.RESET, Why.DOWN.value),
        (Trouble.CUT, Why.DOWN.value),
        (Trouble.HANG, "not here within 5 seconds"),
        (Trouble.DRIP, "not here within 5 seconds"),
        (Trouble.FULL, Why.BUSY.value),
        (Trouble.BAD_JSON, Why.UNREADABLE.value),
        (Trouble.HTML, Why.UNREADABLE.value),
        (Trouble.REDIRECT, Why.REDIRECTED.value),
        (Trouble.BOMB, Why.TOO_LARGE.value),
        (Trouble.FORBIDDEN, Why.REFUSED.value),
        (Trouble.ENDLESS, Why.ENDLESS.value),
        (Trouble.FOREIGN_NEXT, Why.ELSEWHERE.value),
    ],
)
async def test_what_is_wrong_with_one_type_costs_that_type_and_is_named(
    sample: SampleEhr, trouble: Trouble, why: str
) -> None:
    whole = of(await fetched(sample, seconds=8))
    sample.spoil(trouble, "$everything", "Observation")

    found = await fetched(sample, seconds=5)

    assert Missing("Observation", why) in found.missing
    assert sections(found) == {"Observation"}
    assert {each for each in whole if each[0] in CLINICAL and each[0] != "Observation"} <= of(found)
    # What came of it before it broke off is no invention.
    assert of(found) <= whole


async def test_everything_and_two_types_failing_leave_the_rest(sample: SampleEhr) -> None:
    sample.spoil(Trouble.PARTIAL)

    found = await fetched(sample, seconds=8)

    assert sections(found) == {"Observation", "AllergyIntolerance"}
    assert {"Condition", "MedicationRequest", "Encounter"} <= kinds(found)


async def test_without_everything_each_type_is_searched(sample: SampleEhr) -> None:
    whole = of(await fetched(sample, seconds=8))
    sample.spoil(Trouble.NO_EVERYTHING)

    found = await fetched(sample, seconds=8)

    assert found.missing == ()
    assert {each for each in whole if each[0] in (*CLINICAL, "Patient", "Medication")} == of(found)


async def test_what_is_late_is_missing_and_the_rest_is_there_in_time(sample: SampleEhr) -> None:
    sample.spoil(Trouble.SLOW, "$everything", "Observation", seconds=30)

    found = await fetched(sample, seconds=3)

    assert sections(found) == {"Observation"}
    assert found.seconds < 3 + SLACK
    assert "AllergyIntolerance" in kinds(found)


async def test_the_end_of_the_time_names_all_that_did_not_come(sample: SampleEhr) -> None:
    # Of four pages, each 0.4 seconds late, the last is too late.
    sample.spoil(Trouble.SLOW, "$everything", "Condition", seconds=0.4)

    found = await fetched(sample, seconds=1.5)

    assert [each.why for each in found.missing] == ["only a part of it was here within 1.5 seconds"]
    assert [each.section for each in found.missing] == ["*"]
    assert of(found) < of(await fetched(sample, seconds=8))


async def test_resources_of_somebody_else_are_left_out_and_counted(sample: SampleEhr) -> None:
    whole = await fetched(sample, seconds=8)
    sample.spoil(Trouble.STRANGER)

    found = await fetched(sample, seconds=8)

    assert of(found) == of(whole)
    assert all("not about this patient left out" in each.why for each in found.missing)
    assert found.missing != ()


async def test_everything_of_somebody_else_is_nothing(sample: SampleEhr) -> None:
    sample.spoil(Trouble.WRONG_PATIENT, *CLINICAL, "$everything")

    found = await fetched(sample, seconds=8)

    assert kinds(found) == {"Patient", "Medication"}
    assert "not about this patient left out" in " ".join(each.why for each in found.missing)


async def test_who_is_busy_is_asked_again_when_they_say(sample: SampleEhr) -> None:
    sample.spoil(Trouble.TOO_MANY, "Patient")

    with within(8):
        found = await fetched(sample, seconds=8)

    assert found.missing == ()
    assert sample.weather.asked.count("Patient") == 2
    assert found.seconds >= 1.0


async def test_what_stumbles_once_is_asked_again(sample: SampleEhr) -> None:
    sample.spoil(Trouble.RESET, "Patient")

    async with anyio.create_task_group() as tasks:

        async def recover() -> None:
            while not sample.weather.asked:
                await anyio.sleep(0.005)
            sample.spoil(None)

        tasks.start_soon(recover)
        found = await fetched(sample, seconds=8)

    assert found.missing == ()


async def test_after_five_failures_an_ehr_is_left_alone_until_it_has_rested(sample: SampleEhr) -> None:
    moment = [1_000.0]
    patients = FhirPatients([sample.ehr()], breaker=lambda: Breaker(now=lambda: moment[0]))
    sample.spoil(Trouble.ERROR)
    # Patient and `$everything`: two questions each time.
    with logged() as said:
        for _ in range(3):
            with pytest.raises(EhrUnavailable):
                await patients.fetch(ANA, seconds=8)
    sample.weather.asked.clear()

    with pytest.raises(EhrUnavailable, match="does not answer"):
        await patients.fetch(ANA, seconds=8)
    asked_while_open = len(sample.weather.asked)
    sample.spoil(None)
    moment[0] += 29.0
    with pytest.raises(EhrUnavailable):
        await patients.fetch(ANA, seconds=8)
    moment[0] += 2.0
    found = await patients.fetch(ANA, seconds=8)
    await patients.close()

    assert asked_while_open == 0
    [change] = [json.loads(line) for line in said.getvalue().splitlines() if "ehr state changed" in line]
    assert (change["ehr"], change["kind"]) == ("sample", "open")
    assert found.missing == ()


async def test_one_ehr_that_is_down_does_not_hold_up_another(sample: SampleEhr) -> None:
    with a_sample_ehr(Trouble.HANG) as other:
        patients = FhirPatients([sample.ehr("well"), other.ehr("ill")])
        async with anyio.create_task_group() as tasks:

            async def ill() -> None:
                with pytest.raises(EhrUnavailable):
                    await patients.fetch(ANA, ehr="ill", seconds=2)

            tasks.start_soon(ill)
            with within(1):
                found = await patients.fetch(ANA, ehr="well", seconds=8)
        await patients.close()

    assert found.missing == ()


async def test_a_server_that_is_gone_is_an_error_at_once() -> None:
    with a_sample_ehr() as gone:
        pass

    with pytest.raises(EhrUnavailable), within(4):
        await fetched(gone, seconds=8)


async def test_an_unknown_patient_is_said_to_be_one(sample: SampleEhr) -> None:
    with pytest.raises(PatientNotFound) as refused:
        await fetched(sample, "nobody-7")

    assert "nobody-7" not in str(refused.value)


@pytest.mark.parametrize("trouble", [None, Trouble.ERROR, Trouble.BAD_JSON, Trouble.WRONG_PATIENT, Trouble.RESET])
async def test_nothing_of_a_patient_gets_into_a_log(sample: SampleEhr, trouble: Trouble | None) -> None:
    sample.spoil(trouble)

    with logged() as said:
        for patient in (ANA, JUAN):
            try:
                await fetched(sample, patient, seconds=3)
            except EpicrisisError:
                continue

    assert not {word for word in ("Ruiz", "Ejemplo", ANA, JUAN, sample.url, "everything") if word in said.getvalue()}
