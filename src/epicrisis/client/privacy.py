"""What both clients offer about identifiers: each call is written down by the server, and done once.

Every method sends an ``Idempotency-Key``, one for the call and all its tries: a try that follows a lost answer hears
that answer. Give ``idempotency_key`` to go on with a call of an earlier program, or ``""`` to send none.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from epicrisis.client import privacy_asks as asks
from epicrisis.client.asking import Ask
from epicrisis.client.redacted import Redacted, RedactedFile, RedactedNote, Reidentified
from epicrisis.client.results import Batch

Answer = TypeVar("Answer")

_NONE: Mapping[str, str] = MappingProxyType({})


class Privacy(ABC):
    """The methods about identifiers of a client that waits."""

    @abstractmethod
    def _ask(self, ask: Ask[Answer]) -> Answer: ...

    def redact(
        self,
        text: str,
        *,
        policy: str | None = None,
        patient: str | None = None,
        language: str | None = None,
        explain: bool = False,
        purpose: str = "",
        idempotency_key: str | None = None,
    ) -> Redacted:
        """Return the note ``text`` without identifiers, as ``policy`` says, or the usual one of the server.

        The dates of one ``patient`` move by the same number of days. To ``explain`` is to say why each identifier is
        one, and what was let stand. ``purpose`` is for the audit log.
        """
        asked = asks.redact(
            text, policy=policy, patient=patient, language=language, explain=explain, purpose=purpose,
            idempotency_key=idempotency_key,
        )  # fmt: skip
        return self._ask(asked)

    def redact_batch(
        self,
        texts: Sequence[str],
        *,
        policy: str | None = None,
        patient: str | None = None,
        language: str | None = None,
        explain: bool = False,
        purpose: str = "",
        idempotency_key: str | None = None,
    ) -> Batch[RedactedNote]:
        """Return up to 100 notes of one ``patient``, or of somebody each, without identifiers; a bad one fails alone.

        A batch is told again as a whole, with what failed in it: send those notes with a new call.
        """
        asked = asks.redact_batch(
            texts, policy=policy, patient=patient, language=language, explain=explain, purpose=purpose,
            idempotency_key=idempotency_key,
        )  # fmt: skip
        return self._ask(asked)

    def redact_file(
        self,
        data: bytes,
        *,
        kind: str | None = None,
        policy: str | None = None,
        patient: str | None = None,
        language: str | None = None,
        rules: Mapping[str, str] = _NONE,
        header: bool = True,
        purpose: str = "",
        idempotency_key: str | None = None,
    ) -> RedactedFile:
        """Return the file in ``data`` without identities, of the same kind; or an error, and no part of it.

        Without ``kind`` (``text``, ``json``, ``fhir``, ``csv``, ``parquet``, ``docx``, ``pdf``) its bytes tell. With a
        kind, ``rules`` say what is done at a place, such as ``{"patient.name": "NAME", "dose": "keep"}``; ``header``,
        whether the first row of a CSV file names its columns. A large file may need more ``total_seconds``.
        """
        asked = asks.redact_file(
            data, kind=kind, policy=policy, patient=patient, language=language, rules=rules, header=header,
            purpose=purpose, idempotency_key=idempotency_key,
        )  # fmt: skip
        return self._ask(asked)

    def reidentify(self, text: str, *, purpose: str = "", idempotency_key: str | None = None) -> Reidentified:
        """Return ``text`` with the identifiers that are sealed in it; that takes a scope of its own."""
        return self._ask(asks.reidentify(text, purpose=purpose, idempotency_key=idempotency_key))


class AsyncPrivacy(ABC):
    """The same methods, for a client that does something else meanwhile."""

    @abstractmethod
    async def _ask(self, ask: Ask[Answer]) -> Answer: ...

    async def redact(
        self,
        text: str,
        *,
        policy: str | None = None,
        patient: str | None = None,
        language: str | None = None,
        explain: bool = False,
        purpose: str = "",
        idempotency_key: str | None = None,
    ) -> Redacted:
        """Return the note ``text`` without identifiers, as ``policy`` says, or the usual one of the server.

        The dates of one ``patient`` move by the same number of days. To ``explain`` is to say why each identifier is
        one, and what was let stand. ``purpose`` is for the audit log.
        """
        asked = asks.redact(
            text, policy=policy, patient=patient, language=language, explain=explain, purpose=purpose,
            idempotency_key=idempotency_key,
        )  # fmt: skip
        return await self._ask(asked)

    async def redact_batch(
        self,
        texts: Sequence[str],
        *,
        policy: str | None = None,
        patient: str | None = None,
        language: str | None = None,
        explain: bool = False,
        purpose: str = "",
        idempotency_key: str | None = None,
    ) -> Batch[RedactedNote]:
        """Return up to 100 notes of one ``patient``, or of somebody each, without identifiers; a bad one fails alone.

        A batch is told again as a whole, with what failed in it: send those notes with a new call.
        """
        asked = asks.redact_batch(
            texts, policy=policy, patient=patient, language=language, explain=explain, purpose=purpose,
            idempotency_key=idempotency_key,
        )  # fmt: skip
        return await self._ask(asked)

    async def redact_file(
        self,
        data: bytes,
        *,
        kind: str | None = None,
        policy: str | None = None,
        patient: str | None = None,
        language: str | None = None,
        rules: Mapping[str, str] = _NONE,
        header: bool = True,
        purpose: str = "",
        idempotency_key: str | None = None,
    ) -> RedactedFile:
        """Return the file in ``data`` without identities, of the same kind; or an error, and no part of it.

        Without ``kind`` (``text``, ``json``, ``fhir``, ``csv``, ``parquet``, ``docx``, ``pdf``) its bytes tell. With a
        kind, ``rules`` say what is done at a place, such as ``{"patient.name": "NAME", "dose": "keep"}``; ``header``,
        whether the first row of a CSV file names its columns. A large file may need more ``total_seconds``.
        """
        asked = asks.redact_file(
            data, kind=kind, policy=policy, patient=patient, language=language, rules=rules, header=header,
            purpose=purpose, idempotency_key=idempotency_key,
        )  # fmt: skip
        return await self._ask(asked)

    async def reidentify(self, text: str, *, purpose: str = "", idempotency_key: str | None = None) -> Reidentified:
        """Return ``text`` with the identifiers that are sealed in it; that takes a scope of its own."""
        return await self._ask(asks.reidentify(text, purpose=purpose, idempotency_key=idempotency_key))
