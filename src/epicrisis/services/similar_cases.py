"""Keeps cases without who they were of, and finds those that are similar to another.

A text is redacted before anything else is done with it: what is read, compared and kept is the redacted one. What
was told of a case stands sealed where it is kept, and what was done with it stands in the audit log.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from epicrisis.domain.cases import KeptCase, SimilarCase, age_kept, compared, found_once
from epicrisis.domain.differentials import Case
from epicrisis.domain.documents import Document
from epicrisis.domain.patients import Sex
from epicrisis.engines.privacy.policies import USUAL
from epicrisis.engines.similar.space import CaseSpace
from epicrisis.errors import AccessDenied, InvalidInput, MissingDependency, UnknownRecord
from epicrisis.services.asking import Asker
from epicrisis.services.audit import Audit
from epicrisis.services.case_rows import CaseRows
from epicrisis.services.case_store import CaseRow, CaseStore, Narrowing, Vector
from epicrisis.services.deidentify import Deidentify
from epicrisis.services.diagnose import Presentation
from epicrisis.services.outcomes import answered
from epicrisis.services.seals import Seals

ADD, READ, CONCLUDE, REMOVE, SEARCH = "case.add", "case.read", "case.outcome", "case.remove", "case.search"
MOST_SIMILAR = 10
_NOTHING = "Nothing was understood that cases are compared by; tell a symptom in other words, or name a finding."


class Understands(Protocol):
    """Says what is told of a patient."""

    async def __call__(self, told: Presentation) -> tuple[Case, tuple[str, ...]]:
        """Return what is ``told`` as a case, and what whoever asks should know about it."""
        ...


@dataclass(frozen=True, slots=True)
class Among:
    """What narrows a search, as ``case_store.Narrowing`` says it, but for what nobody chooses."""

    language: str | None = None
    sex: Sex | None = None
    age_from: float | None = None
    age_below: float | None = None
    outcome: str | None = None


class SimilarCases:
    """Keeps cases in ``store``, sealed, and searches among those that whoever asks may see.

    ``understand`` says which findings are told, ``displays`` what a code of ICD-10-CM is called. Without ``store``
    nothing can be kept here.
    """

    def __init__(
        self,
        *,
        store: CaseStore | None,
        seals: Seals | None,
        deidentify: Deidentify,
        understand: Understands,
        audit: Audit,
        space: Callable[[], CaseSpace],
        displays: Callable[[], Mapping[str, str]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._rows = CaseRows(seals, displays)
        self._deidentify = deidentify
        self._understand = understand
        self._audit = audit
        self._space = space
        self._displays = displays
        self._now = now
        self._is_loaded = False

    async def add(
        self,
        told: Presentation,
        *,
        outcome: str | None,
        asker: Asker,
        understood: Case | None = None,
        case_id: str = "",
    ) -> tuple[KeptCase, tuple[str, ...]]:
        """Keep what is ``told``, redacted, and return it with the words that no finding was found for.

        What was ``understood`` of it before is not read again. Without ``case_id`` it gets an id of its own.

        Raises:
            InvalidInput: nothing in it can be compared with other cases.
            MissingDependency: it could not be sealed, or not be compared, by what is installed here.
            StorageError: it cannot be kept, or not be recorded.
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        store = await self._kept_in()
        if told.note is not None:
            [redacted] = await self._deidentify([told.note], policy=USUAL, asker=asker)
            told = replace(told, note=answered(redacted).document)
        case, found, vector = await self._compared(told, understood)
        kept = KeptCase(
            id=case_id or str(uuid.uuid4()),
            tenant=asker.tenant,
            owner=asker.who,
            created_at=self._now(),
            language=told.language,
            findings=found,
            age=age_kept(case.age),
            sex=case.sex,
            outcome=self._rows.code(outcome),
            text="" if told.note is None else told.note.text,
        )
        counts = {"findings": len(found)}
        async with self._audit.recording(self._audit.entry(asker, ADD, counts=counts, subject=kept.id)):
            await store.add(self._rows.row(kept, self._space().name), vector)
        return kept, case.unmatched

    async def find(self, case_id: str, *, asker: Asker) -> KeptCase:
        """Return the case of that id, once it is recorded that it was read.

        Raises:
            UnknownRecord: there is none, or it is another tenant's.
            StorageError: it cannot be read, or that not be recorded.
        """
        async with self._audit.recording(self._audit.entry(asker, READ, subject=case_id)):
            return self._rows.case(await self._row_of(case_id, asker.tenant))

    async def conclude(self, case_id: str, outcome: str | None, *, asker: Asker, any_owner: bool = False) -> KeptCase:
        """Say what a case turned out to be, and return it; ``None`` takes back what was said.

        Raises:
            UnknownRecord: there is none, or it is another tenant's.
            AccessDenied: somebody else kept it, and ``any_owner`` is not said.
            StorageError: it cannot be changed, or that not be recorded.
        """
        async with self._audit.recording(self._audit.entry(asker, CONCLUDE, subject=case_id)):
            store, row = await self._kept_in(), await self._own_row(case_id, asker, any_owner)
            if not await store.conclude(case_id, outcome, tenant=asker.tenant):
                raise UnknownRecord
            return self._rows.case(replace(row, outcome=outcome))

    async def remove(self, case_id: str, *, asker: Asker, any_owner: bool = False) -> None:
        """Forget a case; raises as ``conclude`` does."""
        async with self._audit.recording(self._audit.entry(asker, REMOVE, subject=case_id)):
            store, _ = await self._kept_in(), await self._own_row(case_id, asker, any_owner)
            if not await store.remove(case_id, tenant=asker.tenant):
                raise UnknownRecord

    async def search(
        self, told: Presentation | str, among: Among = Among(), *, most: int = MOST_SIMILAR, asker: Asker
    ) -> tuple[list[SimilarCase], tuple[str, ...]]:
        """Return the ``most`` similar cases to what is ``told``, or to the kept case of that id, the nearest first.

        Beside them stand the words that no finding was found for.

        Raises:
            UnknownRecord: there is no such case, or it is another tenant's.
            InvalidInput: nothing in it can be compared with other cases.
            StorageError: the cases cannot be read, or that not be recorded.
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        counts: dict[str, int] = {}
        unmatched: tuple[str, ...] = ()
        subject = told if isinstance(told, str) else ""
        async with self._audit.recording(self._audit.entry(asker, SEARCH, counts=counts, subject=subject)):
            store, space = await self._kept_in(), self._space()
            if isinstance(told, str):
                vector, found = await self._of_case(told, asker.tenant)
            else:
                asked, found, vector = await self._compared(replace(told, note=await self._redacted(told.note)))
                unmatched = asked.unmatched
            narrowed = Narrowing(
                asker.tenant, space.name,
                among.language, among.sex, among.age_from, among.age_below, among.outcome,
            )  # fmt: skip
            # The case itself is no news to whoever names it.
            near = await store.nearest(vector, narrowed, limit=most + bool(subject))
            rows = [each for each in near if each.row.id != subject][:most]
            kept = [self._rows.case(each.row) for each in rows]
            similar = [
                SimilarCase(case, min(1.0, each.score), compared(found, case.findings, space.implied))
                for each, case in zip(rows, kept, strict=True)
            ]
            counts["cases"] = len(similar)
        return similar, unmatched

    async def _kept_in(self) -> CaseStore:
        if self._store is None:
            raise MissingDependency("Cases are kept sealed; run: pip install 'epicrisis[server]'.")
        # The first who asks waits for the tables to be read, and nobody else does meanwhile.
        if not self._is_loaded:
            await asyncio.to_thread(lambda: (self._space(), self._displays()))
            self._is_loaded = True
        return self._store

    async def _redacted(self, note: Document | None) -> Document | None:
        """Return the note that is asked about as it would be kept: no name in it is taken for a finding."""
        if note is None:
            return None
        [redacted] = await self._deidentify.unrecorded([note], policy=USUAL)
        return answered(redacted).document

    async def _compared(
        self, told: Presentation, understood: Case | None = None
    ) -> tuple[Case, Mapping[str, bool], Vector]:
        """Return what is understood of what is ``told``, its findings, and its vector."""
        case = understood or (await self._understand(told))[0]
        found = found_once(case.observed)
        if not found:
            raise InvalidInput(_NOTHING)
        return case, found, await self._vector(found, "" if told.note is None else told.note.text, told.language)

    async def _vector(self, found: Mapping[str, bool], text: str, language: str) -> Vector:
        vector = await asyncio.to_thread(lambda: self._space().vector(found, text, language))
        if vector is None:
            raise InvalidInput(_NOTHING)
        return vector

    async def _of_case(self, case_id: str, tenant: str) -> tuple[Vector, Mapping[str, bool]]:
        case = self._rows.case(await self._row_of(case_id, tenant))
        # Made anew, for what is kept may have been made with what there was before.
        return await self._vector(case.findings, case.text, case.language), case.findings

    async def _row_of(self, case_id: str, tenant: str) -> CaseRow:
        store = await self._kept_in()
        row = await store.find(case_id, tenant=tenant)
        if row is None:
            raise UnknownRecord
        return row

    async def _own_row(self, case_id: str, asker: Asker, any_owner: bool) -> CaseRow:
        row = await self._row_of(case_id, asker.tenant)
        if not any_owner and row.owner != asker.who:
            raise AccessDenied("Somebody else keeps this case; whoever holds the scope `admin` may change it too.")
        return row
