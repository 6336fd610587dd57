"""Who a record is of (Patient)."""

from __future__ import annotations

from epicrisis.domain.patients import Identity, Sex, Source
from epicrisis.formats.documents.fhir.access import Resource
from epicrisis.formats.patients.fhir.chart import Chart
from epicrisis.formats.patients.fhir.codes import SEX
from epicrisis.formats.patients.fhir.values import code_of, inner, listed, strings, words

# Of several names, the one that is in use; a maiden name or a nickname comes last.
_USES = ("official", "usual", "", "temp", "nickname", "anonymous", "old", "maiden")


def identity_of(name: str, patient: Resource | None, chart: Chart) -> Identity:
    """Return who ``name`` is; where the record has no Patient, that somebody has that name is all there is."""
    source = Source(name or "Patient")
    if patient is None:
        return Identity(source, id=name.rpartition("/")[2].removeprefix("urn:uuid:"))
    called = min(listed(patient.get("name")), key=_rank, default={})
    died = chart.told(patient, "deceasedDateTime")
    return Identity(
        source,
        id=words(patient.get("id")),
        identifiers=tuple(
            (words(each.get("system")), value)
            for each in listed(patient.get("identifier"))
            if (value := words(each.get("value")))
        ),
        # DSTU2 has a list of family names.
        family=" ".join(strings(called.get("family"))) or words(called.get("text")),
        given=tuple(strings(called.get("given"))),
        born=chart.told(patient, "birthDate"),
        died=died,
        is_dead=died is not None or patient.get("deceasedBoolean") is True,
        sex=SEX.get(code_of(patient.get("gender")), Sex.UNKNOWN),
        language=_language(patient),
    )


def _rank(called: Resource) -> int:
    use = words(called.get("use"))
    return _USES.index(use) if use in _USES else len(_USES)


def _language(patient: Resource) -> str:
    spoken = listed(patient.get("communication"))
    first = sorted(spoken, key=lambda each: each.get("preferred") is not True)[:1]
    return words(inner(first, "language", "coding", "code")) or words(inner(first, "language", "text"))
