"""How the server stops: first it is not ready, then it takes nothing new, and what it has taken it answers."""

from __future__ import annotations

import asyncio
import math
from types import FrameType

import uvicorn

from epicrisis.api.readiness import Readiness
from epicrisis.api.wire import Wire

_CLOSE = (b"connection", b"close")


class DrainingServer(uvicorn.Server):
    """uvicorn's server, which told to stop still answers until those who route to it have noticed.

    ``/ready`` says 503 from the signal on, and every answer is the last of its connection. The listener stays open
    until nobody has asked for ``quiet_seconds``, ``notice_seconds`` at most. A second Ctrl-C cuts everything short.
    """

    quiet_seconds = 0.5
    notice_seconds = 3.0

    def __init__(self, config: uvicorn.Config, *, readiness: Readiness, drain_seconds: float) -> None:
        super().__init__(config)
        self.readiness = readiness
        self.drain_seconds = drain_seconds
        self._answered = 0
        self._asked_at = -math.inf

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note that a signal says stop."""
        self.readiness.stop()
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Note, ten times a second, whether anybody asks."""
        self._notice()
        return await super().on_tick(counter)

    async def main_loop(self) -> None:
        """Serve until told to stop, and then until nobody asks any more."""
        await super().main_loop()
        started = asyncio.get_running_loop().time()
        self._say_goodbye()
        await self._until_quiet(started + min(self.notice_seconds, self.drain_seconds))
        left = self.drain_seconds - (asyncio.get_running_loop().time() - started)
        self.config.timeout_graceful_shutdown = max(0, math.ceil(left))

    def _say_goodbye(self) -> None:
        self.readiness.stop()
        self.config.encoded_headers.append(_CLOSE)
        self.server_state.default_headers = [*self.server_state.default_headers, _CLOSE]
        for connection in self.server_state.connections:
            if isinstance(connection, Wire):
                connection.finish()

    async def _until_quiet(self, end: float) -> None:
        loop = asyncio.get_running_loop()
        if self.server_state.connections:
            # Somebody keeps a line open, and gets the time to use it or to learn that he should not.
            self._asked_at = loop.time()
        while not self.force_exit and loop.time() < min(end, self._asked_at + self.quiet_seconds):
            await asyncio.sleep(0.02)
            self._notice()

    def _notice(self) -> None:
        state = self.server_state
        if state.tasks or state.total_requests != self._answered:
            self._answered, self._asked_at = state.total_requests, asyncio.get_running_loop().time()
