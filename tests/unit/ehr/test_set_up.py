"""How settings become EHRs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from epicrisis.assembly import patient_records
from epicrisis.errors import InvalidSettings
from epicrisis.settings import load_settings

GOOD = {"alias": "ward", "url": "https://ehr.hospital.example/fhir"}


def test_the_environment_names_ehrs_and_their_secrets_stay_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPICRISIS_EHRS", json.dumps([GOOD | {"bearer": "s3cret"}, GOOD | {"alias": "clinic"}]))
    monkeypatch.setenv("EPICRISIS_DEFAULT_EHR", "clinic")
    settings = load_settings()

    patients = patient_records(settings)

    assert patients.aliases == ("ward", "clinic")
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in repr(vars(patients))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"url": "https://user:pass@ehr.example/fhir"}, "ward"),
        ({"url": "http://ehr.hospital.example/fhir"}, "networks"),
        ({"networks": ["10.0.0.1/8"]}, "networks"),
        ({"client_id": "epicrisis"}, "key_file"),
        ({"key_file": "key.pem"}, "client_id"),
        ({"client_id": "epicrisis", "key_file": "key.pem", "bearer": "s3cret"}, "not both"),
        ({"client_id": "epicrisis", "key_file": "key.pem", "token_url": "ftp://a"}, "address"),
        ({"alias": "https://evil.example"}, "EPICRISIS_EHRS"),
        ({"algorithm": "HS256"}, "EPICRISIS_EHRS"),
        ({"page_size": 0}, "EPICRISIS_EHRS"),
        ({"urls": "x"}, "EPICRISIS_EHRS"),
    ],
)
def test_what_contradicts_itself_is_refused_at_the_start(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidSettings, match=told) as refused:
        patient_records(load_settings(ehrs=[GOOD | changed]))

    assert "s3cret" not in str(refused.value)
    assert "pass" not in str(refused.value)


@pytest.mark.parametrize("given", [{"ehrs": [GOOD, GOOD]}, {"ehrs": [GOOD], "default_ehr": "other"}])
def test_each_alias_is_one_ehr_and_the_default_is_one_of_them(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidSettings):
        patient_records(load_settings(**given))


def test_a_key_file_is_read_when_it_is_needed(tmp_path: Path) -> None:
    told = GOOD | {"client_id": "epicrisis", "key_file": str(tmp_path / "later.pem")}

    assert patient_records(load_settings(ehrs=[told])).aliases == ("ward",)
