"""Cases to try a search with: patients of DDXPlus, whom a program drew and who never were.

Fansi Tchango et al. 2022, "DDXPlus: A New Dataset For Automatic Medical Diagnosis", CC BY 4.0; what was changed is told
in NOTICE and ``epicrisis_lab/differential/seeding.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from epicrisis.domain.differentials import Case, Observed
from epicrisis.domain.patients import Sex
from epicrisis.engines.differential.naming import names_in

FILE = "demonstration.jsonl"


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A patient nobody is: what they have, and the code of ICD-10-CM of what it was."""

    id: str
    case: Case
    outcome: str

    def told(self, language: str) -> str:
        """Return what they have as the sentences of a note: one a finding, in its own name."""
        names = names_in(language)
        return " ".join(f"{_capital(names[each.finding])}." for each in self.case.observed)


def demonstrations() -> Iterator[Demonstration]:
    """Yield the cases we ship, those of one outcome together."""
    for line in (files(__package__) / FILE).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Demonstration(
            row["id"], Case(age=row["age"], sex=Sex(row["sex"]), observed=_there(row["findings"])), row["outcome"]
        )


def _there(findings: Sequence[str]) -> tuple[Observed, ...]:
    return tuple(Observed(each) for each in findings)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
