"""FHIR R4 by path, so that what comes out is still FHIR.

Labels stand where strings may, dates are cut to their year, ids are replaced alike wherever they are mentioned, and the
narrative is reworded between its tags.

The rules are in ``fhir_r4.toml``. Beside its path from the resource that holds it, a value has one from its data type:
``HumanName.family``, ``ContactPoint.email``, ``Identifier.MR``, ``Reference.Patient.display``, ``Attachment.data``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.formats.redacting.actions import REDACT, Action, Verb
from epicrisis.formats.redacting.asking import Ask, Question, tells_age
from epicrisis.formats.redacting.narrative import reworded
from epicrisis.formats.redacting.paths import Path, Rules

# What a value that is left out becomes on the way.
GONE = object()

# https://hl7.org/fhir/R4/datatypes.html: date, dateTime and instant; a year alone tells nobody apart.
_DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?)?")
_VALID_DATE = re.compile(rf"\d{{4}}|{_DATE.pattern}")
_INSTANTS = frozenset({"lastUpdated", "issued", "timestamp", "recorded"})
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_PSEUDONYM = re.compile(r"\A\[ID:([a-z]{1,64})\]\Z")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LINK = re.compile(
    r"(?P<base>https?://[^?#]*/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9.-]{1,64})(?:/_history/[^/]*)?"
)
_OTHER_LINK = re.compile(r"(?P<base>urn:uuid:|urn:oid:|#)(?P<id>[A-Za-z0-9.-]{1,64})")
_LINKS = frozenset({"reference", "fullUrl"})
_CONTACTS = frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"})
_ATTACHMENTS = frozenset({"attachment", "photo", "presentedForm"})
_OLDEST = 90
_YEAR = 4  # letters of one


class Fhir:
    """Rewords resources; ids that were replaced stay the same through all of them."""

    def __init__(self, rules: Mapping[str, str], ask: Ask) -> None:
        """Follow ``rules`` where they speak, and else our own.

        Raises:
            InvalidInput: a rule is not one.
        """
        self._rules = Rules({**shipped_rules(), **rules})
        self._ask = ask
        self._ids: dict[str, str] = {}

    def resource(self, value: Mapping[str, Any]) -> dict[str, object]:
        """Return a resource reworded, with the resources it holds."""
        return self._object(value, (value["resourceType"],), ())

    def _object(self, value: Mapping[str, Any], path: Path, kind: Path) -> dict[str, object]:
        reworded = {key: self._value(item, (*path, key), (*kind, key)) for key, item in value.items()}
        return {key: item for key, item in reworded.items() if item is not GONE}

    def _value(self, value: Any, path: Path, also: Path) -> object:
        if isinstance(value, dict):
            if isinstance(value.get("resourceType"), str):
                return self.resource(value)
            return self._object(value, path, _data_type(path[-1], value)) or GONE
        if isinstance(value, list):
            items = [self._value(item, path, also) for item in value]
            return [item for item in items if item is not GONE] or GONE
        action = self._rules.action(path, also) or REDACT
        if action.verb is Verb.REMOVE:
            return GONE
        if action.verb is Verb.KEEP or value is None or isinstance(value, bool):
            return value
        return self._string(value, path, action) if isinstance(value, str) else self._number(value, action)

    def _string(self, text: str, path: Path, action: Action) -> object:
        name = path[-1]
        if name == "div":
            return reworded(text, lambda words: self._ask(Question(words)))
        if name == "id" and len(path) == 2:
            return self._id(text)
        if name in _LINKS or path[-2:] == ("request", "url"):
            return self._link(text)
        if action.kind is IdentifierKind.DATE or (action.verb is Verb.REDACT and _DATE.fullmatch(text)):
            return self._date(text, name)
        return self._ask(action.question(text)) if text.strip() else text

    def _number(self, number: Decimal | int, action: Action) -> object:
        if action.verb is not Verb.REPLACE:
            return number
        answer = self._ask(action.question(str(number)))
        if answer == str(number):
            return number
        # A number must stay one here: an age too high to be told is 90.
        return _OLDEST if action.kind is IdentifierKind.AGE else GONE

    def _id(self, id: str) -> str:  # noqa: A002
        answer = self._ask(Question(id, IdentifierKind.ID))
        # A pseudonym in its brackets is no id; without them it is, and the same one in every file.
        answer = _PSEUDONYM.sub(r"\1", answer)
        if _ID.fullmatch(answer):
            return answer
        number = len(self._ids) + 1
        invented = f"00000000-0000-4000-8000-{number:012d}" if _UUID.fullmatch(id) else f"id-{number}"
        return self._ids.setdefault(id, invented)

    def _link(self, link: str) -> str:
        if found := _LINK.fullmatch(link):
            # Where the server stands says which hospital it is.
            base = "https://fhir.invalid/" if found["base"] else ""
            return f"{base}{found['type']}/{self._id(found['id'])}"
        if found := _OTHER_LINK.fullmatch(link):
            return found["base"] + self._id(found["id"])
        return self._ask(Question(link, IdentifierKind.URL)) if "/" in link else link

    def _date(self, text: str, name: str) -> object:
        answer = self._ask(Question(text, IdentifierKind.DATE))
        if not _VALID_DATE.fullmatch(answer) or (len(answer) == _YEAR and answer != text and tells_age(answer)):
            return GONE
        if name in _INSTANTS and "T" in text and "T" not in answer:
            return f"{answer[:4]}-01-01T00:00:00Z"
        return answer


def _data_type(name: str, value: Mapping[str, Any]) -> Path:
    """Return which of the data types that hold identifiers ``value`` is, by its fields."""
    if "reference" in value or ("display" in value and name != "coding" and not value.keys() & {"code", "system"}):
        link = _LINK.fullmatch(str(value.get("reference", "")))
        return ("Reference", link["type"] if link else str(value.get("type", "Unknown")))
    if isinstance(value.get("value"), str):
        if str(value.get("system")) in _CONTACTS or name == "telecom":
            return ("ContactPoint", str(value.get("system", "phone")))
        if "system" in value or name.lower().endswith("identifier"):
            return ("Identifier", _identifier_type(value))
    if value.keys() & {"line", "city", "postalCode"}:
        return ("Address",)
    if value.keys() & {"family", "given"}:
        return ("HumanName",)
    if "contentType" in value or name in _ATTACHMENTS:
        return ("Attachment",)
    return ()


def _identifier_type(value: Mapping[str, Any]) -> str:
    """Return the code of table HL7 v2-0203 that says what kind of identifier this is: ``MR``, ``SS``, ``DL``."""
    try:
        return str(value["type"]["coding"][0]["code"])
    except (KeyError, IndexError, TypeError):
        return "SS" if str(value.get("system", "")).endswith("us-ssn") else "Unknown"


@cache
def shipped_rules() -> Mapping[str, str]:
    """Return our own rules for FHIR R4, in their order.

    Raises:
        InvalidInput: one of them is not a rule.
    """
    text = files(__package__).joinpath("fhir_r4.toml").read_text(encoding="utf-8")
    rules = {path: str(action) for path, action in tomllib.loads(text).items()}
    Rules(rules)
    return rules
