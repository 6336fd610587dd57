"""What can be asked about a case: what may explain it, which only reads, and what became of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from epicrisis.client.asking import Ask, Told, in_json, key_from
from epicrisis.client.results import RankedCase, VerdictKept
from epicrisis.domain.differentials import Observed, Severity
from epicrisis.domain.documents import Document
from epicrisis.domain.patients import Sex
from epicrisis.formats.differentials import differential_from_plain

_DIFFERENTIALS = "/v1/differentials"


@dataclass(frozen=True, slots=True)
class LabResult:
    """The result of a test by its LOINC code: in ``unit`` (UCUM, the usual one where empty), with its own range.

    It is a number, with a ``comparator`` (``<``, ``<=``, ``>=``, ``>``) where it is a bound, or positive or negative.
    """

    loinc: str
    value: float | str = field(repr=False)
    unit: str = ""
    low: float | None = None
    high: float | None = None
    comparator: str | None = None

    @property
    def plain(self) -> dict[str, Any]:
        """Return it as it is sent."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Case:
    """What is told of a patient; what is ``None`` or empty is not sent."""

    symptoms: Sequence[str] = field(default=(), repr=False)
    text: str | None = field(default=None, repr=False)
    conditions: Sequence[str] = field(default=(), repr=False)
    results: Sequence[LabResult] = ()
    findings: Sequence[Observed] = field(default=(), repr=False)
    age: float | None = field(default=None, repr=False)
    sex: Sex | str | None = None
    severity: Severity | str | None = None

    @property
    def plain(self) -> dict[str, Any]:
        """Return it as it is asked about."""
        return {
            "symptoms": _listed(self.symptoms) or None,
            "text": self.text,
            "conditions": _listed(self.conditions) or None,
            "results": [each.plain for each in self.results] or None,
            "findings": [{"finding": each.finding, "present": each.present} for each in self.findings] or None,
            "age": self.age,
            "sex": self.sex,
            "severity": self.severity,
        }


def differentials(case: Case, *, language: str | None, most: int | None) -> Ask[RankedCase]:
    """Ask what may explain ``case``."""

    def read(told: Told) -> RankedCase:
        plain, note = told.plain, None
        if case.text is not None:
            note = Document(id="1", text=case.text, language=plain["language"])
        found = differential_from_plain(plain, note)
        return RankedCase(found, plain["notice"], plain["language"], told.request_id)

    return Ask("POST", _DIFFERENTIALS, read, in_json(**case.plain, language=language, most=most))


def differential_feedback(
    request_id: str, *, condition: str, verdict: str, final: str | None, idempotency_key: str | None
) -> Ask[VerdictKept]:
    """Say what became of a ``condition`` of an answer; said twice it is kept once."""
    body = in_json(request_id=request_id, condition=condition, verdict=verdict, final=final)
    return Ask("POST", f"{_DIFFERENTIALS}/feedback", _verdict, body, key_from(idempotency_key))


def _verdict(told: Told) -> VerdictKept:
    plain = told.plain
    return VerdictKept(
        plain["id"], plain["verdict"], plain["engine"], plain["version"], told.request_id, plain["known"]
    )


def _listed(words: Sequence[str]) -> list[str]:
    """Return ``words`` as a list; a string alone is one of them, and not as many as it has letters."""
    return [words] if isinstance(words, str) else list(words)
