from __future__ import annotations

import json
import urllib.request
from contextlib import closing
from urllib.error import HTTPError

import pytest

from epicrisis.canary.ehr import PATIENT, TROUBLE, RecordsOfSomebody
from epicrisis.canary.identities import People
from epicrisis.formats.patients.reading import read_record

PERSON = People().person("GET the EHR", "answered")


def asked(path: str) -> bytes:
    with closing(RecordsOfSomebody(PERSON)) as ehr:
        [setting] = json.loads(ehr.setting)
        with urllib.request.urlopen(setting["url"] + path, timeout=5) as answer:
            return bytes(answer.read())


def test_whoever_is_asked_for_has_the_words_of_somebody_in_the_record_and_in_its_note() -> None:
    record = read_record(asked(f"Patient/{PATIENT}/$everything"))

    assert PERSON.text in record.conditions[0].concept.text
    assert PERSON.text in record.notes[0].document.text


def test_what_goes_wrong_is_told_in_the_same_words() -> None:
    with pytest.raises(HTTPError) as raised:
        asked(f"Patient/{TROUBLE}")

    assert raised.value.code == 500
    assert PERSON.text in json.loads(raised.value.read())["issue"][0]["diagnostics"]
