"""An EHR beside the server under test: it says the words of somebody in every record, and in everything it refuses."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlsplit

from epicrisis.canary.identities import Person
from epicrisis.canary.neighbours import Neighbour, Silent

# Who is asked for by these ids: one with a record, and one of whom the EHR only says what went wrong.
PATIENT, TROUBLE = "selftest", "selftest-trouble"
_FHIR = "/fhir/"
_JSON = "application/fhir+json"


class RecordsOfSomebody(Neighbour):
    """Answers over FHIR about one ``person``, under whatever id is asked for; with an error for one of them."""

    def __init__(self, person: Person) -> None:
        class Answers(Silent):
            def do_GET(self) -> None:  # noqa: N802  as the library calls it
                status, told = answered(urlsplit(self.path).path, person)
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", _JSON)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        super().__init__(Answers)

    @property
    def setting(self) -> str:
        """Return how it stands in ``EPICRISIS_EHRS``."""
        return json.dumps([{"alias": PATIENT, "url": self.address + _FHIR, "networks": ["127.0.0.0/8"]}])


def answered(path: str, person: Person) -> tuple[int, dict[str, Any]]:
    """Return the status and the resource that answer to ``path``."""
    kind, _, rest = path.removeprefix(_FHIR).partition("/")
    patient = rest.partition("/")[0]
    if kind != "Patient" or patient == TROUBLE:
        issue = {"severity": "error", "code": "exception", "diagnostics": person.text}
        return 500, {"resourceType": "OperationOutcome", "issue": [issue]}
    resources = _record(patient, person)
    if rest.endswith("$everything"):
        entries = [{"resource": each} for each in resources]
        return 200, {"resourceType": "Bundle", "type": "searchset", "entry": entries}
    return 200, resources[0]


def _record(patient: str, person: Person) -> list[dict[str, Any]]:
    subject = {"subject": {"reference": f"Patient/{patient}"}}
    note = {"contentType": "text/plain", "data": base64.b64encode(f"{person.text} Has asthma.".encode()).decode()}
    return [
        {
            "resourceType": "Patient",
            "id": patient,
            "name": [{"text": person.name}],
            "identifier": [{"value": person.mrn}],
            "birthDate": "1950-02-28",
        },
        {"resourceType": "Condition", "id": "c1", "code": {"text": f"Gout. {person.text}"}, **subject},
        {
            "resourceType": "DocumentReference",
            "id": "d1",
            "status": "current",
            "date": "2019-05-03T10:00:00Z",
            "content": [{"attachment": note}],
            **subject,
        },
    ]
