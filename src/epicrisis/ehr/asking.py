"""One question to an EHR: again where that may help, with another token where ours ran out, not while it is down."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

import anyio

from epicrisis.ehr.breaker import Breaker
from epicrisis.ehr.line import Line
from epicrisis.ehr.replies import Resource, resource_of
from epicrisis.ehr.retrying import pause
from epicrisis.ehr.tokens import Credentials
from epicrisis.ehr.troubles import Refused, Trouble, Why

# Who has waited for less cannot say that the EHR is unwell.
_WAITED_SECONDS = 1.0
_JSON = "application/fhir+json, application/json;q=0.9"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf an EHR is asked, by ``headers`` of their own or ``credentials`` of ours.

    ``silence`` is how long it may say nothing.
    """

    credentials: Credentials = field(repr=False)
    silence: float
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Asker:
    """Asks one EHR, for everybody."""

    def __init__(self, alias: str, line: Line, breaker: Breaker) -> None:
        self._alias = alias
        self._line = line
        self._breaker = breaker

    async def get(self, target: str, caller: Caller, *, most: int, vital: bool = True) -> tuple[Resource, int]:
        """Return the resource at ``target``, and of how many bytes it is: no more than ``most``.

        Only questions are asked, so each may be asked again. What fails for something that is not ``vital`` says
        nothing of the EHR as a whole.

        Raises:
            Trouble: there is none to be had, in the time of the scope it is asked in.
        """
        if not self._breaker.lets():
            raise Trouble(Why.DOWN)
        begun, until = anyio.current_time(), anyio.current_effective_deadline()
        told = False
        try:
            found = await self._tried(target, caller, most=most)
        except Trouble as trouble:
            told = True
            self._hear(unwell=trouble.counts and vital)
            raise
        else:
            told = True
            self._hear(unwell=False)
            return found
        finally:
            # Whoever left says nothing of the EHR; whose time was over does.
            if not told and vital and anyio.current_time() >= until > begun + _WAITED_SECONDS:
                self._hear(unwell=True)
            elif not told:
                self._breaker.unknown()

    async def _tried(self, target: str, caller: Caller, *, most: int) -> tuple[Resource, int]:
        done, renewed = 0, False
        while True:
            bearer = ""
            try:
                bearer = "" if caller.headers else await caller.credentials.bearer(caller.silence)
                reply = await self._line.ask(target, _heads(caller, bearer), most=most, silence=caller.silence)
                return await resource_of(reply), len(reply.body)
            except Refused as refused:
                if renewed or not refused.unknown or not bearer or not caller.credentials.forget(bearer):
                    raise
                renewed = True
            except Trouble as trouble:
                done += 1
                seconds = pause(done, trouble.retry_after) if trouble.again else None
                if seconds is None:
                    raise
                await anyio.sleep(seconds)

    def _hear(self, *, unwell: bool) -> None:
        was = self._breaker.state
        if unwell:
            self._breaker.failed()
        else:
            self._breaker.worked()
        if self._breaker.state is not was:
            log.warning("ehr state changed", extra={"ehr": self._alias, "kind": self._breaker.state.value})


def _heads(caller: Caller, bearer: str) -> Mapping[str, str]:
    return {"Accept": _JSON, **caller.headers, **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
