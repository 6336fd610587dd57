"""What can be asked about cases that are kept: to keep one, to find its like, to say what it was, to forget it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from epicrisis.client.asking import Ask, Plain, Told, in_json, key_from
from epicrisis.client.differential_asks import Case
from epicrisis.client.kept import CaseFinding, FoundCases, KeptCase, NamedFinding, RemovedCase, SimilarCase
from epicrisis.domain.patients import Sex
from epicrisis.domain.records import Code
from epicrisis.errors import InvalidInput

_CASES = "/v1/cases"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Among:
    """Which kept cases are searched: ages are in years, and one of ``age_below`` does not count any more.

    ``outcome`` is a code of ICD-10-CM, or how codes begin: ``J18`` finds J18.9 too.
    """

    language: str | None = None
    sex: Sex | str | None = None
    age_from: float | None = field(default=None, repr=False)
    age_below: float | None = field(default=None, repr=False)
    outcome: str | None = field(default=None, repr=False)

    @property
    def plain(self) -> dict[str, Any]:
        """Return it as it is asked for."""
        return {name: value for name, value in asdict(self).items() if value is not None}


EVERY_CASE = Among()


def keep(case: Case, *, outcome: str | None, language: str | None, idempotency_key: str | None) -> Ask[KeptCase]:
    """Ask for ``case`` to be kept; asked twice it is kept once."""
    body = in_json(**case.plain, outcome=outcome, language=language)
    return Ask("POST", _CASES, _kept, body, key_from(idempotency_key))


def search(case: Case, *, like: str | None, among: Among, language: str | None, most: int | None) -> Ask[FoundCases]:
    """Ask for the kept cases that are similar to ``case``, or to the kept one whose id is ``like``."""
    body = in_json(**case.plain, case=like, among=among.plain or None, language=language, most=most)
    return Ask("POST", f"{_CASES}/search", _found, body)


def read(id: str) -> Ask[KeptCase]:  # noqa: A002  as the route calls it
    """Ask for the case of that ``id``."""
    return Ask("GET", _path(id), _kept)


def conclude(id: str, outcome: str | None) -> Ask[KeptCase]:  # noqa: A002
    """Say what the case of that ``id`` turned out to be; ``None`` takes back what was said."""
    return Ask("PUT", f"{_path(id)}/outcome", _kept, json.dumps({"outcome": outcome}).encode())


def remove(id: str) -> Ask[RemovedCase]:  # noqa: A002
    """Ask for the case of that ``id`` to be forgotten."""
    return Ask("DELETE", _path(id), lambda told: RemovedCase(told.plain["removed"], told.request_id))


def _path(id: str) -> str:  # noqa: A002
    # An address is logged on its way: what is no id, and might be anybody's name, is not sent as one.
    if not _ID.fullmatch(id):
        raise InvalidInput("A case is named by its id, the UUID that keeping it answered.")
    return f"{_CASES}/{id}"


# Of a case kept by an earlier try, the body has the id of the request that kept it, as the audit log has it.
def _kept(told: Told) -> KeptCase:
    plain = told.plain
    return _case(plain, plain["request_id"], tuple(plain["unmatched"]))


def _found(told: Told) -> FoundCases:
    plain = told.plain
    return FoundCases(
        cases=tuple(_similar(each, plain["request_id"]) for each in plain["cases"]),
        notice=plain["notice"],
        unmatched=tuple(plain["unmatched"]),
        request_id=plain["request_id"],
    )


def _similar(plain: Plain, request_id: str) -> SimilarCase:
    return SimilarCase(
        score=plain["score"],
        case=_case(plain["case"], request_id),
        shared=_named(plain["shared"]),
        both_absent=_named(plain["both_absent"]),
        opposed=_named(plain["opposed"]),
        only_asked=_named(plain["only_asked"]),
        only_kept=_named(plain["only_kept"]),
    )


def _case(plain: Plain, request_id: str, unmatched: tuple[str, ...] = ()) -> KeptCase:
    outcome = plain["outcome"]
    return KeptCase(
        id=plain["id"],
        created_at=datetime.fromisoformat(plain["created_at"]),
        language=plain["language"],
        sex=Sex(plain["sex"]),
        age=plain["age"],
        text=plain["text"],
        findings=tuple(CaseFinding(each["finding"], each["name"], each["present"]) for each in plain["findings"]),
        outcome=None if outcome is None else Code(outcome["system"], outcome["code"], outcome["display"]),
        unmatched=unmatched,
        request_id=request_id,
    )


def _named(findings: Sequence[Plain]) -> tuple[NamedFinding, ...]:
    return tuple(NamedFinding(each["finding"], each["name"]) for each in findings)
