"""Who a record is of, in use of every release."""

from __future__ import annotations

from typing import Any

from epicrisis.domain.patients import Identity, Sex
from epicrisis.formats.patients.fhir.reading import record_of
from tests.unit.formats.patients.resources import PATIENT, resource


def identity(**fields: Any) -> Identity:
    return record_of([{**PATIENT, **fields}]).identity


def test_says_who_it_is() -> None:
    told = identity(
        identifier=[{"system": "urn:mrn", "value": "P-1"}, {"system": "urn:none"}],
        communication=[
            {"language": {"coding": [{"code": "en"}]}},
            {"language": {"coding": [{"code": "es"}]}, "preferred": True},
        ],
    )

    assert (told.source.reference, told.id, told.family, told.given) == ("Patient/ana", "ana", "Ruiz Prueba", ("Ana",))
    assert (str(told.born), told.sex, told.language) == ("1950-02-28", Sex.FEMALE, "es")
    assert told.identifiers == (("urn:mrn", "P-1"),)
    assert not told.is_dead


def test_takes_the_name_in_use() -> None:
    names = [{"use": "maiden", "family": "Vieja"}, {"use": "official", "family": ["Ruiz", "Prueba"], "given": ["Ana"]}]

    assert identity(name=names).family == "Ruiz Prueba"
    assert identity(name=[{"text": "Ana Ruiz"}]).family == "Ana Ruiz"


def test_knows_the_dead() -> None:
    dated, told = identity(deceasedDateTime="2020-01-02"), identity(deceasedBoolean=True)

    assert (dated.is_dead, str(dated.died)) == (True, "2020-01-02")
    assert (told.is_dead, told.died) == (True, None)
    assert not identity(deceasedBoolean=False).is_dead


def test_makes_nothing_up_of_somebody_without_a_patient() -> None:
    record = record_of([resource("Condition", code={"text": "gout"})])

    assert record.identity == Identity(record.identity.source, id="ana")
    assert record.identity.source.reference == "Patient/ana"
    assert len(record.conditions) == 1


def test_reads_types_that_are_wrong_as_nothing() -> None:
    told = identity(name="Ana", gender=3, birthDate=["1950"], identifier={"value": 7}, communication="es")

    assert (told.family, told.sex, told.born, told.identifiers, told.language) == ("", Sex.UNKNOWN, None, (), "")
