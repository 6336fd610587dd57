"""What a sentence says of everything that it lists, and what it says that there is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from epicrisis_lab.evaluation.patients.facts import (
    DRUGS,
    allergies,
    in_force,
    is_active,
    is_denied,
    is_held,
    medications,
    problems,
    side_of,
)
from epicrisis_lab.evaluation.patients.raw import Raw, Resource, codes

_Of: TypeAlias = Callable[[Resource, Resource], bool]
"""Whether a lead is true of a resource and of the patient."""


def _of(kinds: tuple[str, ...], holds: _Of) -> _Of:
    """Return ``holds`` for resources of these types; the reasons and visits that stand by are not meant."""
    return lambda resource, patient: resource["resourceType"] not in kinds or holds(resource, patient)


def _is_now(resource: Resource, _: Resource) -> bool:
    return is_active(resource) and not is_denied(resource)


def _was(resource: Resource, _: Resource) -> bool:
    return not is_active(resource)


def _is_taken(resource: Resource, _: Resource) -> bool:
    return in_force(resource) or is_held(resource)


def _known(resource: Resource, patient: Resource) -> str | None:
    """Return the side of its range that somebody might put a result on, ``None`` where this check knows no range."""
    side = side_of(resource, patient, surely=False)
    judged = resource.get("referenceRange") or resource.get("interpretation") or side_of(resource, patient) or side
    return side if judged else None


LEADS: tuple[tuple[re.Pattern[str], _Of], ...] = (
    (
        re.compile(r"^(?:active problems|circumstances|problemas activos|circunstancias)", re.I),
        _of(("Condition",), _is_now),
    ),
    (re.compile(r"^(?:past |antecedentes personales|procesos banales)", re.I), _of(("Condition",), _was)),
    (re.compile(r"^(?:current medications|medicación actual)", re.I), _of(DRUGS, _is_taken)),
    (
        re.compile(r"^(?:allergies and intolerances|alergias e intolerancias)", re.I),
        _of(("AllergyIntolerance",), _is_now),
    ),
    (
        re.compile(r"^(?:open care plans|planes de cuidados abiertos)", re.I),
        _of(("CarePlan",), lambda each, _: each.get("status") == "active"),
    ),
    (
        re.compile(r"^(?:open goals|objetivos abiertos)", re.I),
        _of(("Goal",), lambda each, _: each.get("lifecycleStatus") not in ("completed", "cancelled", "rejected")),
    ),
    (
        re.compile(r"^(?:latest results in range|últimos resultados en rango)", re.I),
        _of(("Observation",), lambda each, patient: not side_of(each, patient)),
    ),
    (
        re.compile(r"^(?:immunizations|vaccines given|vacunas \()", re.I),
        _of(("Immunization",), lambda each, _: each.get("status") == "completed"),
    ),
    (
        re.compile(r"^procedures", re.I),
        _of(("Procedure",), lambda each, _: each.get("status") in ("completed", "in-progress", "unknown")),
    ),
    (
        re.compile(r"^(?:denied|ruled out|negado)", re.I),
        _of(("Condition",), lambda each, _: "refuted" in codes(each.get("verificationStatus", {}))),
    ),
)

_Holds: TypeAlias = Callable[[Raw], bool]


def _none(*kinds: str) -> _Holds:
    return lambda raw: next(raw.of(*kinds), None) is None


def _nothing_planned(raw: Raw) -> bool:
    plans = any(each.get("status") == "active" for each in raw.of("CarePlan", "ServiceRequest"))
    goals = any(each.get("lifecycleStatus") in ("active", "accepted", "proposed") for each in raw.of("Goal"))
    return not plans and not goals


# Sentences that deny something, whatever they cite; one that is not here is one that nobody checked.
DENIALS: tuple[tuple[re.Pattern[str], _Holds], ...] = (
    (
        re.compile(r"^(?:no active problems are recorded|no constan problemas activos)", re.I),
        lambda raw: not problems(raw),
    ),
    (
        re.compile(r"^(?:no current medications are recorded|no consta medicación actual)", re.I),
        lambda raw: not medications(raw),
    ),
    (
        re.compile(r"(?:record says nothing of allergies|historia clínica no dice nada de alergias)", re.I),
        _none("AllergyIntolerance"),
    ),
    (
        re.compile(r"^(?:no known allergies are recorded as such|consta que no hay alergias conocidas)", re.I),
        lambda raw: not allergies(raw),
    ),
    (
        re.compile(r"^(?:no results or vital signs are recorded|no constan resultados ni constantes)", re.I),
        _none("Observation"),
    ),
    (re.compile(r"^(?:the record plans nothing|la historia clínica no prevé nada)", re.I), _nothing_planned),
    (
        re.compile(r"^(?:the record holds nothing on health|la historia clínica no contiene datos clínicos)", re.I),
        lambda raw: not problems(raw) and not medications(raw) and not allergies(raw),
    ),
)
# What the program says of itself and of its own reading, and what the check of changes looks at.
OF_ITSELF: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"^written by a program ",
        r"^no rule of this program ",
        r"^the last dated entry used here ",
        r"^no dosage is recorded for ",
        r"^no date of onset is recorded ",
        r"^nothing changed in problems",
        r"^the record has no earlier visit ",
        r"^all that the record tells until ",
        r"^not available for this summary",
        r"^the patient has died; nothing is suggested",
        r"also where there are none\.$",
        r"\bno longer active\b",
        r"is no longer active\.$",
        r"the record holds none, and ",
        r"^escrito por un programa ",
        r"^ninguna regla de este programa ",
        r"^la última entrada con fecha ",
        r"^no consta la (?:posología|fecha de inicio) ",
        r"^sin cambios en problemas",
        r"^la historia clínica no tiene una visita anterior",
        r"^todo lo que la historia clínica dice hasta ",
        r"^consta su fallecimiento; no se sugiere nada",
        r"también si no las hay\.$",
        r"no consta ninguna medición, y ",
    )
)
NEGATIVE = re.compile(
    r"\b(?:no|none|nothing|neither|nor|never|nobody|ni|nada|ningún|ninguna|ninguno|nunca|nadie)\b", re.I
)
