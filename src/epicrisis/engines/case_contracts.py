"""What ranks the conditions that may explain a case."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from epicrisis.domain.differentials import Case, Differential
from epicrisis.engines.contracts import EngineCard


@runtime_checkable
class DifferentialEngine(Protocol):
    """Ranks conditions by what was found in a patient."""

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        ...

    def differential(self, case: Case, *, language: str = "en", most: int = 10) -> Differential:
        """Return the ``most`` likely conditions that may explain ``case``, the likeliest first, named in ``language``.

        A finding that speaks for a condition never lowers its score.

        Raises:
            InvalidInput: it names a finding or condition that the engine does not know.
            UnknownLanguage: the engine does not tell names in that language.
        """
        ...
