"""What both clients offer about versions of an engine. To set the same twice is to set it once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TypeVar

from epicrisis.client import experiment_asks as asks
from epicrisis.client.asking import Ask
from epicrisis.client.compared import Experiment
from epicrisis.client.experiment_asks import Arm

Answer = TypeVar("Answer")


class Experiments(ABC):
    """The methods about versions of an engine of a client that waits."""

    @abstractmethod
    def _ask(self, ask: Ask[Answer]) -> Answer: ...

    def experiments(self) -> tuple[Experiment, ...]:
        """Return which versions are compared there, also where a comparison was ended over the API."""
        return self._ask(asks.experiments())

    def compare_engines(self, capability: str, arms: Sequence[Arm], *, salt: str = "") -> Experiment:
        """Let ``arms`` answer in a ``capability`` from now on, each for its share of patients, or beside as a shadow.

        Every engine is loaded and tested before this returns. Another ``salt`` deals the patients out anew. It takes
        the scope ``admin``, of a key that belongs to no tenant.
        """
        return self._ask(asks.compare(capability, arms, salt=salt))

    def end_comparison(self, capability: str) -> Experiment:
        """Go back to the engine of the settings in a ``capability``; where nothing is compared, nothing begins."""
        return self._ask(asks.end(capability))


class AsyncExperiments(ABC):
    """The same methods, for a client that does something else meanwhile."""

    @abstractmethod
    async def _ask(self, ask: Ask[Answer]) -> Answer: ...

    async def experiments(self) -> tuple[Experiment, ...]:
        """Return which versions are compared there, also where a comparison was ended over the API."""
        return await self._ask(asks.experiments())

    async def compare_engines(self, capability: str, arms: Sequence[Arm], *, salt: str = "") -> Experiment:
        """Let ``arms`` answer in a ``capability`` from now on, each for its share of patients, or beside as a shadow.

        Every engine is loaded and tested before this returns. Another ``salt`` deals the patients out anew. It takes
        the scope ``admin``, of a key that belongs to no tenant.
        """
        return await self._ask(asks.compare(capability, arms, salt=salt))

    async def end_comparison(self, capability: str) -> Experiment:
        """Go back to the engine of the settings in a ``capability``; where nothing is compared, nothing begins."""
        return await self._ask(asks.end(capability))
