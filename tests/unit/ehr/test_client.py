from __future__ import annotations

import sys
from collections.abc import Iterator

import anyio
import pytest

from epicrisis.ehr.client import FhirPatients
from epicrisis.ehr.ehrs import Limits
from epicrisis.ehr.sample.weather import Trouble
from epicrisis.errors import InvalidInput, MissingDependency, UnknownEhr
from epicrisis.services.patient_records import Fetched
from tests.ehr_server import ANA, JUAN, SampleEhr, a_sample_ehr

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def running() -> Iterator[SampleEhr]:
    with a_sample_ehr(page_size=1_000) as sample:
        yield sample


@pytest.fixture
def sample(running: SampleEhr) -> SampleEhr:
    running.spoil(None)
    running.weather.asked.clear()
    return running


async def test_the_only_ehr_is_the_one_that_is_meant(sample: SampleEhr) -> None:
    patients = sample.patients()

    meant, named = await patients.fetch(JUAN, seconds=8), await patients.fetch(JUAN, ehr="sample", seconds=8)
    await patients.close()

    assert meant.resources == named.resources


async def test_of_several_the_default_is_meant_or_one_has_to_be_named(sample: SampleEhr) -> None:
    with_default = FhirPatients([sample.ehr("ward"), sample.ehr("clinic")], default="clinic")
    without = FhirPatients([sample.ehr("ward"), sample.ehr("clinic")])

    found = await with_default.fetch(JUAN, seconds=8)
    await with_default.close()
    with pytest.raises(UnknownEhr, match=r"Say which EHR: clinic, ward\."):
        await without.fetch(JUAN, seconds=8)

    assert found.missing == ()


async def test_without_any_that_is_said() -> None:
    with pytest.raises(UnknownEhr, match="none is configured"):
        await FhirPatients([]).fetch(ANA, seconds=8)


@pytest.mark.parametrize("patient", ["", ".", "..", "a/b", "a?b", "Ana Ruiz", "ñ", "x" * 65, "1\n"])
async def test_what_no_server_calls_a_patient_is_not_sent(sample: SampleEhr, patient: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await sample.patients().fetch(patient, seconds=8)

    assert sample.weather.asked == []
    assert not patient or len(patient) < 3 or patient not in str(refused.value)


@pytest.mark.parametrize("secret", ["two words", "line\r\nHost: evil.example", "ñ", "x" * 9_000])
async def test_a_token_or_key_that_no_header_carries_is_refused_and_not_shown(sample: SampleEhr, secret: str) -> None:
    for how in ({"token": secret}, {"key": secret}):
        with pytest.raises(InvalidInput) as refused:
            await sample.patients().fetch(ANA, seconds=8, **how)
        assert secret not in str(refused.value)


async def test_attachments_that_lie_beside_their_documents_come_with_them(sample: SampleEhr) -> None:
    found = await whole(sample)

    notes = [
        each["content"][0]["attachment"] for each in found.resources if each["resourceType"] == "DocumentReference"
    ]
    assert len(notes) == 2
    assert all(note["data"] for note in notes)
    assert sample.weather.asked.count("Binary") == 1


async def test_an_attachment_that_fails_costs_that_one_and_is_named(sample: SampleEhr) -> None:
    sample.spoil(Trouble.ERROR, "Binary")

    found = await whole(sample)

    assert [each.section for each in found.missing] == ["DocumentReference"]


async def test_medications_named_by_a_reference_come_where_searches_leave_them_out(sample: SampleEhr) -> None:
    sample.spoil(Trouble.NO_EVERYTHING)

    found = await whole(sample)

    assert [each["id"] for each in found.resources if each["resourceType"] == "Medication"] == [f"{ANA}-medication-1"]
    assert found.missing == ()


async def test_no_more_resources_are_taken_than_the_limit(sample: SampleEhr) -> None:
    found = await whole(sample, limits=Limits(resources=10))

    assert len(found.resources) == 10
    assert [(each.section, each.why) for each in found.missing] == [("*", "there are more than 10 entries")]


async def test_no_answer_is_taken_that_is_longer_than_the_limit(sample: SampleEhr) -> None:
    found = await whole(sample, limits=Limits(answer_bytes=6_000))

    assert "Observation" in {each.section for each in found.missing}
    assert {each.why for each in found.missing} == {"what the EHR answers is larger than is taken"}


async def test_no_more_bytes_are_taken_in_all_than_the_limit(sample: SampleEhr) -> None:
    sample.spoil(Trouble.NO_EVERYTHING)

    found = await whole(sample, limits=Limits(all_bytes=15_000))

    assert 1 < len(found.resources) < 60
    assert {each.why for each in found.missing} == {"what the EHR answers is larger than is taken"}


async def test_pages_are_as_long_as_asked_for(sample: SampleEhr) -> None:
    found = await whole(sample, limits=Limits(page_size=10))

    assert found.missing == ()
    assert sample.weather.asked.count("$everything") == -(-len(sample.shelf.everything(ANA)) // 10)


async def test_whoever_leaves_leaves_nothing_running(sample: SampleEhr) -> None:
    sample.spoil(Trouble.HANG, "$everything")
    patients = sample.patients()

    with anyio.move_on_after(0.5) as left:
        await patients.fetch(ANA, seconds=30)
    sample.spoil(None)
    found = await patients.fetch(ANA, seconds=8)
    await patients.close()

    assert left.cancelled_caught
    assert found.missing == ()


async def test_without_the_library_that_asks_the_extra_is_named(
    sample: SampleEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    patients = sample.patients()
    monkeypatch.setitem(sys.modules, "httpcore2", None)

    with pytest.raises(MissingDependency, match=r"epicrisis\[client\]"):
        await patients.fetch(ANA, seconds=8)


async def whole(sample: SampleEhr, **changed: object) -> Fetched:
    patients = sample.patients(**changed)
    try:
        return await patients.fetch(ANA, seconds=8)
    finally:
        await patients.close()
