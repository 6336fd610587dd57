"""The record of one patient, fetched: who it is, ``$everything`` where that is offered, else type by type."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import urlencode

import anyio

from epicrisis.ehr.addresses import Base, LeadsAway
from epicrisis.ehr.asking import Asker, Caller
from epicrisis.ehr.belonging import CLINICAL
from epicrisis.ehr.ehrs import Limits
from epicrisis.ehr.following import Attachment, attachments_of, medications_of, with_content
from epicrisis.ehr.gathering import Full, Gathering
from epicrisis.ehr.replies import Resource, Unknown
from epicrisis.ehr.troubles import Refused, Trouble, Why, too_many_attachments
from epicrisis.errors import WrongPatient

_MOST_PAGES = 1_000


class Fetching:
    """Fetches the record of ``patient`` into ``gathering``, on behalf of ``caller``."""

    def __init__(
        self, patient: str, asker: Asker, base: Base, caller: Caller, gathering: Gathering, limits: Limits
    ) -> None:
        self._patient = patient
        self._asker = asker
        self._base = base
        self._caller = caller
        # What is not here in half of the time is asked for in another way in the other half.
        self._half = caller.silence / 2
        self._gathering = gathering
        self._limits = limits
        self._places = anyio.Semaphore(limits.at_once)
        self._bytes_left = limits.all_bytes
        self.trouble: Trouble | None = None
        """Why nothing is known of who it is."""

    async def __call__(self) -> None:
        """Fetch all of it; whoever stops this on the way finds in ``gathering`` what came until then.

        Raises:
            Unknown: the EHR has no such patient.
            Refused: it does not let us in.
            WrongPatient: it answers with somebody else.
        """
        try:
            await self._who()
            if not await self._everything():
                if self._gathering.patient is None:
                    # Nothing else says who it is, and without that there is no record.
                    return
                await self._by_type()
            await self._medications()
            await self._attachments()
        except Full:
            self._gathering.whole()

    async def _who(self) -> None:
        try:
            with anyio.fail_after(self._half):
                found = await self._get(self._base.target(f"Patient/{self._patient}"))
        except (Unknown, Refused):
            raise
        except (Trouble, TimeoutError) as error:
            # Perhaps the rest works, and says who it is.
            self.trouble = error if isinstance(error, Trouble) else Trouble(Why.DOWN)
            return
        if found["resourceType"] != "Patient" or found.get("id") != self._patient:
            raise WrongPatient
        self._gathering.take(found)

    async def _everything(self) -> bool:
        """Return whether all of the record came in one go."""
        try:
            asked = urlencode({"_count": self._limits.page_size})
            await self._pages(f"Patient/{self._patient}/$everything?{asked}", begins_within=self._half)
        except (Trouble, TimeoutError):
            # Not offered, or not now: each type is asked for by itself, and says by itself how that went.
            return False
        self._gathering.whole()
        return True

    async def _by_type(self) -> None:
        async with anyio.create_task_group() as tasks:
            for kind in CLINICAL:
                tasks.start_soon(self._search, kind)

    async def _search(self, kind: str) -> None:
        asked = urlencode({"patient": self._patient, "_count": self._limits.page_size})
        try:
            async with self._places:
                await self._pages(f"{kind}?{asked}")
        except Full:
            self._gathering.whole(kind)
        except Unknown:
            self._gathering.failed(kind, Trouble(Why.NOT_OFFERED))
        except Trouble as trouble:
            self._gathering.failed(kind, trouble)
        else:
            self._gathering.whole(kind)

    async def _pages(self, link: str, *, begins_within: float = math.inf) -> None:
        seen = set[str]()
        target = self._base.target(link)
        while target:
            if target in seen or len(seen) >= _MOST_PAGES:
                raise Trouble(Why.ENDLESS)
            seen.add(target)
            with anyio.fail_after(begins_within if len(seen) == 1 else math.inf):
                page = await self._get(target)
            self._gathering.take_page(page)
            target = self._next(page)

    def _next(self, page: Resource) -> str:
        links: Any = page.get("link") or ()
        for each in links if isinstance(links, list) else ():
            if isinstance(each, dict) and each.get("relation") == "next":
                try:
                    return self._base.target(str(each.get("url")))
                except LeadsAway:
                    raise Trouble(Why.ELSEWHERE) from None
        return ""

    async def _medications(self) -> None:
        """Fetch the medications that orders name by a reference and that did not come with them."""
        named = medications_of(self._gathering.resources)
        wanted = [name for name in named if not self._gathering.has("Medication", name)]
        self._gathering.expect("Medication", *wanted)
        async with anyio.create_task_group() as tasks:
            for name in wanted:
                tasks.start_soon(self._medication, name)

    async def _medication(self, name: str) -> None:
        try:
            async with self._places:
                found = await self._get(self._base.target(f"Medication/{name}"), vital=False)
            if found["resourceType"] == "Medication" and found.get("id") == name:
                self._gathering.take(found)
        except Trouble as trouble:
            self._gathering.lacks("Medication", trouble.why.value)
        except Full:
            pass
        self._gathering.settled(name)

    async def _attachments(self) -> None:
        """Fetch what documents hold elsewhere on this server, the newest first."""
        found = attachments_of(self._gathering.resources, self._base)
        for section, why in found.missing:
            self._gathering.lacks(section, why.value)
        for each in found.fetched[self._limits.attachments :]:
            self._gathering.lacks(each.kind, too_many_attachments(self._limits.attachments))
        wanted = found.fetched[: self._limits.attachments]
        for each in wanted:
            self._gathering.expect(each.kind, each)
        async with anyio.create_task_group() as tasks:
            for each in wanted:
                tasks.start_soon(self._attachment, each)

    async def _attachment(self, attachment: Attachment) -> None:
        try:
            async with self._places:
                binary = await self._get(attachment.target, vital=False)
            if not self._gathering.is_theirs(binary):
                raise Trouble(Why.UNREADABLE)
            document = self._gathering.resource(attachment.kind, attachment.name)
            self._gathering.replace(with_content(document, attachment, binary))
        except Trouble as trouble:
            self._gathering.lacks(attachment.kind, trouble.why.value)
        self._gathering.settled(attachment)

    async def _get(self, target: str, *, vital: bool = True) -> Resource:
        if self._bytes_left <= 0:
            raise Trouble(Why.TOO_LARGE)
        most = min(self._limits.answer_bytes, self._bytes_left)
        found, size = await self._asker.get(target, self._caller, most=most, vital=vital)
        self._bytes_left -= size
        return found
