"""Whatever JSON an EHR answers with, it is read or refused, and nothing else happens."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from epicrisis.ehr.addresses import Base, LeadsAway
from epicrisis.ehr.belonging import CLINICAL, Belonging
from epicrisis.ehr.ehrs import Limits
from epicrisis.ehr.following import attachments_of, medications_of, with_content
from epicrisis.ehr.gathering import Full, Gathering
from epicrisis.ehr.troubles import Trouble

BASE = Base.of("https://ehr.example/fhir")
OURS = {"reference": "Patient/1"}

scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8))
words = st.sampled_from(
    ["resourceType", "id", "subject", "patient", "reference", "participant", "actor", "content", "attachment", "url",
     "data", "contentType", "presentedForm", "medicationReference", "medication", "entry", "resource", "fullUrl",
     "link", "date"]
)  # fmt: skip
values = st.recursive(
    st.one_of(scalars, st.just(OURS), st.sampled_from(["Patient/1", "Binary/b", "Medication/m", "next"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=4)),
    max_leaves=12,
)
resources = st.builds(
    lambda kind, about, rest: {**rest, "resourceType": kind, **about},
    st.sampled_from([*CLINICAL, "Patient", "Medication", "Binary", "Other"]),
    st.sampled_from([{}, {"subject": OURS}, {"patient": OURS}]),
    st.dictionaries(words, values, max_size=6),
)


@given(st.lists(st.one_of(values, resources), max_size=5), values)
def test_any_page_is_read_or_refused(found: list[Any], names: Any) -> None:
    gathering = Gathering(Belonging("1", BASE), Limits(resources=3))
    bundle = {"resourceType": "Bundle", "entry": [{"resource": each, "fullUrl": names} for each in found]}

    with suppress(Trouble, Full):
        gathering.take_page(bundle)

    attachments = attachments_of(gathering.resources, BASE)
    medications_of(gathering.resources)
    for each in attachments.fetched:
        with suppress(Trouble):
            gathering.replace(
                with_content(
                    gathering.resource(each.kind, each.name),
                    each,
                    {"resourceType": "Binary", "id": each.binary, "data": "QQ=="},
                )
            )
    assert len(gathering.resources) <= 3


@given(st.text(max_size=60))
def test_any_link_stays_below_the_base_or_is_refused(link: str) -> None:
    with suppress(LeadsAway):
        target = BASE.target(link)

        assert target == "/fhir" or target.startswith(("/fhir/", "/fhir?"))
