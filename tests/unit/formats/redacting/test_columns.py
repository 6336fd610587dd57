"""What a column is called says what it holds, also where a cell alone would tell nobody."""

import pytest

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.formats.redacting.actions import KEEP, REDACT, Action, Verb
from epicrisis.formats.redacting.columns import Columns, identifying, named


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("patient_name", IdentifierKind.NAME), ("PatientLastName", IdentifierKind.NAME), ("dob", IdentifierKind.DATE),
        ("patientDOB", IdentifierKind.DATE), ("PATIENT_DOB", IdentifierKind.DATE), ("mrn", IdentifierKind.MRN),
        ("MRN_1", IdentifierKind.MRN), ("contactPhone2", IdentifierKind.PHONE), ("ssn_last4", IdentifierKind.SSN),
        ("emergency contact name", IdentifierKind.NAME), ("provider_npi", IdentifierKind.LICENSE),
        ("Fecha de nacimiento", IdentifierKind.DATE), ("nombre_del_paciente", IdentifierKind.NAME),
        ("Teléfono contacto", IdentifierKind.PHONE), ("latitude", IdentifierKind.LOCATION),
    ],
)  # fmt: skip
def test_a_name_says_what_its_column_holds(name: str, kind: IdentifierKind) -> None:
    assert named(name) == Action(Verb.REPLACE, kind)


@pytest.mark.parametrize(("name", "sub"), [("zip", "ZIP"), ("HomeZipCode", "ZIP"), ("zip5", "ZIP"), ("city", "CITY")])
def test_a_name_may_say_it_more_finely(name: str, sub: str) -> None:
    assert named(name) == Action(Verb.REPLACE, IdentifierKind.LOCATION, sub)


@pytest.mark.parametrize(
    "name", ["drug_name", "birth_weight", "primary_diagnosis", "note", "contact", "patient", "2", "", "cell_count"]
)
def test_other_names_say_nothing_and_cells_are_read(name: str) -> None:
    assert named(name) is None
    assert Columns({}).action(name, 1) == REDACT


def test_a_name_without_end_takes_no_time_and_says_nothing() -> None:
    assert named("pt_" * 200_000 + "dob") is None


def test_a_rule_goes_before_what_the_name_says() -> None:
    assert Columns({"patient_name": "keep"}).action("Patient name", 1) == KEEP


def test_no_name_of_the_list_is_only_of_whom() -> None:
    assert all(action.kind for action in identifying().values())
