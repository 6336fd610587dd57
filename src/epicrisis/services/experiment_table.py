"""Which experiments run: those of the settings, unless somebody has begun or ended one here since."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec

from epicrisis.errors import InvalidInput, StorageError
from epicrisis.services.experiments import Capability, Experiment

# What another process began or ended is followed within so long; promised are five seconds.
LOOKED_AT_EVERY = 2.0
# How long a request waits for that; a store that is slower is looked at beside the requests that go on.
PATIENCE_SECONDS = 0.25

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptExperiment:
    """What somebody set for a capability, and when; without arms, the control answers everything.

    Who it was, the audit log says.
    """

    experiment: Experiment
    at: float


class ExperimentStore(Protocol):
    """Keeps what was set where every server of an installation finds it; raises ``StorageError`` where it cannot."""

    async def all(self) -> Mapping[Capability, KeptExperiment]:
        """Return what is kept for each capability; looking makes no database."""
        ...

    async def put(self, capability: Capability, kept: KeptExperiment) -> None:
        """Keep ``kept`` in the place of what was."""
        ...


class Experiments:
    """The experiments of an installation, as they were when they were last looked at, a moment ago."""

    def __init__(
        self,
        store: ExperimentStore,
        *,
        of_settings: Mapping[Capability, Experiment] | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.store = store
        self.of_settings = dict(of_settings or {})
        self.clock = clock
        self.now = now
        self._kept: Mapping[Capability, KeptExperiment] = {}
        self._looked_at: float | None = None
        self._looking: asyncio.Task[None] | None = None

    @property
    def latest(self) -> Mapping[Capability, Experiment]:
        """Return the experiments as they were when they were last looked at; one that has no arms is none."""
        set_here = {capability: kept.experiment for capability, kept in self._kept.items()}
        return {each: found for each, found in (self.of_settings | set_here).items() if found.arms}

    def kept(self, capability: Capability) -> KeptExperiment | None:
        """Return what somebody set for ``capability`` while servers ran; nothing where the settings decide."""
        return self._kept.get(capability)

    async def current(self) -> Mapping[Capability, Experiment]:
        """Return the experiments, looked at anew where that was some time ago; while the store is down, as before."""
        since = self._looked_at
        if since is None or not 0 <= self.clock() - since < LOOKED_AT_EVERY:
            here, looking = asyncio.get_running_loop(), self._looking
            if looking is None or looking.done() or looking.get_loop() is not here:
                self._looking = here.create_task(self._look())
            assert self._looking is not None
            await asyncio.wait({self._looking}, timeout=PATIENCE_SECONDS)
        return self.latest

    async def set(self, capability: Capability, experiment: Experiment) -> KeptExperiment:
        """Let ``experiment`` be the one of ``capability``: here at once, in every other process within seconds.

        Raises:
            StorageError: it cannot be kept, and nothing changes.
        """
        kept = KeptExperiment(experiment, self.now())
        await self.store.put(capability, kept)
        self._kept = {**self._kept, capability: kept}
        # A look that began before may not know of it.
        self._looked_at = None
        return kept

    async def close(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})

    async def _look(self) -> None:
        began = self.clock()
        known = self._kept
        try:
            found = await self.store.all()
        except StorageError as error:
            log.warning("experiments not looked at", extra={"error": type(error).__name__})
            self._looked_at = began
            return
        if self._kept is known:
            self._kept, self._looked_at = found, began


def written(experiment: Experiment) -> str:
    """Return ``experiment`` as it is kept."""
    return msgspec.json.encode(experiment).decode()


def read(text: str) -> Experiment:
    """Return the experiment that was ``written``; one that a newer epicrisis wrote otherwise runs nowhere.

    Raises:
        StorageError: it cannot be read.
    """
    try:
        return msgspec.json.decode(text, type=Experiment)
    except (msgspec.DecodeError, InvalidInput) as error:
        raise StorageError(
            "A kept experiment cannot be read; set it again with PUT /v1/engines/experiments, or end it with DELETE."
        ) from error
