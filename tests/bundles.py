"""Records of patients who do not exist, as small as a test wants them."""

from __future__ import annotations

import base64
from typing import Any

from epicrisis.settings import EhrServer, Settings
from tests.ehr_server import SampleEhr
from tests.serving import RULES

PATIENT = "ana-1"


def bundle(*resources: dict[str, Any], patient: str = PATIENT) -> dict[str, Any]:
    """Return a Bundle about *Ana Ruiz Prueba* with ``resources``, all of which are hers."""
    her = {"resourceType": "Patient", "id": patient, "gender": "female", "birthDate": "1950-02-28"}
    hers = [{"subject": {"reference": f"Patient/{patient}"}, **each} for each in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in (her, *hers)]}


def condition(words: str, *, id: str = "c1", onset: str = "2019-05-03") -> dict[str, Any]:  # noqa: A002
    return {
        "resourceType": "Condition",
        "id": id,
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"text": words},
        "onsetDateTime": onset,
    }


def note(words: str, *, id: str = "d1", on: str = "2020-01-02") -> dict[str, Any]:  # noqa: A002
    return {
        "resourceType": "DocumentReference",
        "id": id,
        "status": "current",
        "date": f"{on}T10:00:00Z",
        "content": [{"attachment": {"contentType": "text/plain", "data": base64.b64encode(words.encode()).decode()}}],
    }


def settings_with(*ehrs: SampleEhr, **changed: Any) -> Settings:
    """Return the settings of a server over the word lists that knows ``ehrs``; the first is the default."""
    servers = tuple(EhrServer(**each.setting(f"ehr-{number}")) for number, each in enumerate(ehrs))
    default = servers[0].alias if servers else ""
    return RULES.model_copy(update={"ehrs": servers, "default_ehr": default, **changed})
