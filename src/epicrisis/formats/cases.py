"""Kept and similar cases as plain JSON, the shapes of ``/v1/cases``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from epicrisis.domain.cases import KeptCase, SimilarCase
from epicrisis.formats.writing import Plain

NOTICE = {
    "en": "Cases somebody kept, found by a program: what one turned out to be is no diagnosis of another.",
    "es": "Casos que alguien guardó, hallados por un programa: lo que fue uno no es un diagnóstico de otro.",
}
_DECIMALS = 4

Names = Mapping[str, str]
"""What findings are called, by their ids; one without a name is told by its id."""


def case_to_plain(case: KeptCase, names: Names) -> Plain:
    """Return ``case`` as values ``json.dumps`` takes, its findings called by ``names``."""
    outcome = case.outcome
    return {
        "id": case.id,
        "created_at": case.created_at.isoformat(),
        "language": case.language,
        "age": case.age,
        "sex": case.sex.value,
        "text": case.text,
        "findings": [{**each, "present": case.findings[str(each["finding"])]} for each in _named(case.findings, names)],
        "outcome": None
        if outcome is None
        else {"system": outcome.system, "code": outcome.code, "display": outcome.display},
    }


def similar_to_plain(similar: SimilarCase, names: Names) -> Plain:
    """Return ``similar`` as values ``json.dumps`` takes, with what it has in common and what not."""
    told = similar.compared
    return {
        "score": round(similar.score, _DECIMALS),
        "case": case_to_plain(similar.case, names),
        "shared": _named(told.shared, names),
        "both_absent": _named(told.both_absent, names),
        "opposed": _named(told.opposed, names),
        "only_asked": _named(told.only_asked, names),
        "only_kept": _named(told.only_kept, names),
    }


def _named(findings: Iterable[str], names: Names) -> list[dict[str, str]]:
    return [{"finding": each, "name": names.get(each, each)} for each in findings]
