"""Makes new documents without the identifiers of the old ones, as a policy says, and records that it was done.

What cannot be finished is not handed over at all: neither a document of which a part could not be redacted, nor one
whose redaction could not be recorded.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identified, IdentifierKind
from epicrisis.domain.redactions import Operator, Policy, Redaction
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.privacy.operators import Redactor, this_year
from epicrisis.engines.privacy.policies import find
from epicrisis.errors import InvalidInput, MissingDependency
from epicrisis.services.asking import Asker
from epicrisis.services.audit import DONE, Audit
from epicrisis.services.derived import derived
from epicrisis.services.key_records import Secret
from epicrisis.services.outcomes import Failure
from epicrisis.services.redaction_log import RedactionLog, RedactionRecord
from epicrisis.services.sealed_identifiers import sealing
from epicrisis.services.seals import Seals

ACTION = "redact"
MOST_PATIENT = 200

_PURPOSE = "epicrisis redactions"
# What takes a key: without one, everybody could tell which name stands for which.
_KEYED = frozenset({Operator.SURROGATE, Operator.SHIFT, Operator.HASH})
_TOLD_BY_OTHERS = frozenset(
    {
        (IdentifierKind.NAME, Operator.SURROGATE),
        (IdentifierKind.NAME, Operator.HASH),
        (IdentifierKind.DATE, Operator.SHIFT),
    }
)
# Redacting so much takes about as long as handing it to a thread and back.
_WORTH_A_THREAD = 20_000


class Identifies(Protocol):
    """Finds the identifiers of documents."""

    async def explained(self, documents: Sequence[Document | Failure]) -> list[Identified | Failure]:
        """Return what ``many`` returns; raises ``Overloaded`` and ``DeadlineExceeded``."""
        ...

    def many(self, documents: Sequence[Document | Failure]) -> list[Identified | Failure]:
        """Return the identifiers of each document, in order; what failed before, or fails here, fails alone."""
        ...


class CountsRedactions(Protocol):
    """Counts what was hidden where it can be watched."""

    def redacted(self, kinds: Mapping[str, int]) -> None:
        """Count one redaction, and how many of each kind were hidden by it."""
        ...


class Deidentify:
    """Redacts documents by the policies of an installation, under its secret.

    ``cards`` tells which engines look for the identifiers of a language.
    """

    def __init__(
        self,
        *,
        identify: Identifies,
        cards: Callable[[str], Sequence[EngineCard]],
        policies: Mapping[str, Policy],
        secret: Secret,
        seals: Seals | None = None,
        audit: Audit | None = None,
        log: RedactionLog | None = None,
        counts: CountsRedactions | None = None,
        year: Callable[[], int] = this_year,
    ) -> None:
        self.identify = identify
        self.cards = cards
        self.policies = policies
        self.secret = secret
        self.seals = seals
        self.audit = audit
        self.log = log
        self.counts = counts
        self.year = year

    async def __call__(
        self,
        documents: Sequence[Document | Failure],
        *,
        policy: str,
        asker: Asker,
        patient: str | None = None,
    ) -> list[Redaction | Failure]:
        """Return what ``many`` returns, once it is recorded who had it made.

        Raises:
            UnknownPolicy: there is no policy of that name.
            InvalidInput: the patient is told by nothing, or by very much.
            MissingDependency: the policy encrypts, and what encrypts is not installed.
            StorageError: it was done and cannot be recorded, or there is no secret to do it with.
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        answers = await self.unrecorded(documents, policy=policy, patient=patient)
        await self.record_each(documents, answers, policy=policy, asker=asker)
        return answers

    async def unrecorded(
        self, documents: Sequence[Document | Failure], *, policy: str, patient: str | None = None
    ) -> list[Redaction | Failure]:
        """Return what the call returns, and record nothing: for parts of a file, which is recorded as a whole.

        Raises as the call does, but for what recording takes.
        """
        redactor, wanted = self._prepared(policy, patient)
        found = await self.identify.explained(documents)
        characters = sum(len(each.document.text) for each in found if isinstance(each, Identified))
        if characters >= _WORTH_A_THREAD:
            return await asyncio.to_thread(self._redacted, found, redactor, wanted, patient)
        return self._redacted(found, redactor, wanted, patient)

    def many(
        self, documents: Sequence[Document | Failure], *, policy: str, patient: str | None = None
    ) -> list[Redaction | Failure]:
        """Return each document redacted, in order; what failed before it came here, or fails here, fails alone.

        The dates of one ``patient`` move by the same number of days in all of them; raises as the call does.
        """
        redactor, wanted = self._prepared(policy, patient)
        return self._redacted(self.identify.many(documents), redactor, wanted, patient)

    def whole(
        self, identified: Sequence[Identified], *, policy: str, patient: str | None = None
    ) -> list[Redaction | Failure]:
        """Return documents redacted whose identifiers are known, in order; one that fails, fails alone."""
        redactor, wanted = self._prepared(policy, patient)
        return self._redacted(identified, redactor, wanted, patient)

    def told_by_others(self, policy: str) -> frozenset[IdentifierKind]:
        """Return the kinds for which it matters what else a text says: who else is named, which year others are of.

        Identifiers of any other kind become the same in one text with others as alone; raises ``UnknownPolicy``.
        """
        operators = find(self.policies, policy).operators
        return frozenset(kind for kind, operator in operators.items() if (kind, operator) in _TOLD_BY_OTHERS)

    def engine(self, language: str) -> tuple[str, str]:
        """Return what looks for the identifiers of ``language``, and its version."""
        cards = self.cards(language)
        return "+".join(card.name for card in cards), "+".join(card.version for card in cards)

    async def record_each(
        self,
        documents: Sequence[Document | Failure],
        answers: Sequence[Redaction | Failure],
        *,
        policy: str,
        asker: Asker,
    ) -> None:
        """Record what became of each of ``documents`` that could be read; raises as ``record`` does."""
        for document, answer in zip(documents, answers, strict=True):
            if isinstance(document, Document):
                counts, outcome = ({}, answer.code) if isinstance(answer, Failure) else (answer.counts, DONE)
                await self.record(
                    document.text,
                    language=document.language,
                    counts=counts,
                    outcome=outcome,
                    policy=policy,
                    asker=asker,
                )

    async def record(
        self, text: str, *, language: str, counts: Mapping[str, int], outcome: str = DONE, policy: str, asker: Asker
    ) -> None:
        """Record that ``text`` was redacted, or why it was not: who had it done, and how many of each kind were hidden.

        Raises:
            StorageError: it cannot be recorded; what was done is then not handed over.
        """
        engine, version = self.engine(language)
        mark = "" if self.audit is None else self.audit.mark(text)
        if self.audit is not None:
            said = {"document": mark, "engine": f"{engine}/{version}", "outcome": outcome, "subject": policy}
            await self.audit.record(self.audit.entry(asker, ACTION, counts=counts, **said))
        if self.log is not None and outcome == DONE:
            await self.log.keep(
                RedactionRecord(
                    id=str(uuid.uuid4()),
                    created_at=datetime.now(UTC),
                    route=asker.route,
                    kinds=counts,
                    text_hash=mark,
                    engine=engine,
                    version=version,
                    policy=policy,
                    request_id=asker.request_id,
                )
            )
        if self.counts is not None and outcome == DONE:
            self.counts.redacted(counts)

    def _prepared(self, name: str, patient: str | None) -> tuple[Redactor, Policy]:
        policy = find(self.policies, name)
        if patient is not None and not 0 < len(patient.strip()) <= MOST_PATIENT:
            raise InvalidInput(f"A patient is told by 1 to {MOST_PATIENT} characters, or not at all.")
        asked = {*policy.operators.values(), *policy.finer.values()}
        if Operator.ENCRYPT in asked and self.seals is None:
            raise MissingDependency("The policy encrypts; `pip install 'epicrisis[server]'` brings what that takes.")
        # A policy that takes no key makes none: masking works in a folder that cannot be written to.
        secret = self.secret.ensured() if asked & _KEYED else b""
        seal = None if self.seals is None else sealing(self.seals)
        return Redactor(derived(secret, _PURPOSE), seal=seal, year=self.year), policy

    def _redacted(
        self, found: Sequence[Identified | Failure], redactor: Redactor, policy: Policy, patient: str | None
    ) -> list[Redaction | Failure]:
        return [each if isinstance(each, Failure) else self._one(each, redactor, policy, patient) for each in found]

    def _one(self, found: Identified, redactor: Redactor, policy: Policy, patient: str | None) -> Redaction | Failure:
        engine, version = self.engine(found.document.language)
        try:
            redaction = redactor(
                found.document, found.identifiers, policy, patient=patient, engine=engine, version=version
            )
        except Exception as error:  # noqa: BLE001  whatever is wrong with one, no part of it leaves and the others do
            return Failure.of(found.document.id, error)
        return replace(redaction, spared=found.spared)
