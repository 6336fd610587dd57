"""Identifiers encrypted where they stood, and opened again for whoever may know them."""

from __future__ import annotations

import asyncio
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.engines.privacy.marks import SEALED
from epicrisis.errors import BrokenSeal, InvalidInput, MissingDependency
from epicrisis.services.asking import Asker
from epicrisis.services.audit import Audit
from epicrisis.services.seals import Place, Seals

ACTION = "reidentify"


@dataclass(frozen=True, slots=True)
class Reidentified:
    """A text with what was encrypted in it, and how much that was."""

    text: str
    opened: int


def sealing(seals: Seals) -> Callable[[str, IdentifierKind], str]:
    """Return what encrypts an identifier, so that it opens as one of its kind and as no other."""

    def seal(text: str, kind: IdentifierKind) -> str:
        return urlsafe_b64encode(seals.seal(text.encode(), _place(kind.name))).decode().rstrip("=")

    return seal


class Reidentify:
    """Opens what a policy with ``encrypt`` has sealed, and records who asked for it."""

    def __init__(self, *, seals: Seals | None, audit: Audit) -> None:
        self.seals = seals
        self.audit = audit

    async def __call__(self, text: str, asker: Asker) -> Reidentified:
        """Return ``text`` with every sealed identifier as it was, once it is recorded who asked.

        Raises:
            InvalidInput: one does not open: it was changed or moved, or its key is not at hand. Nothing is told then.
            MissingDependency: what encrypts is not installed.
            StorageError: it cannot be recorded.
        """
        counts: dict[str, int] = {}
        entry = self.audit.entry(asker, ACTION, counts=counts, document=self.audit.mark(text))
        async with self.audit.recording(entry):
            return await asyncio.to_thread(self._opened, text, counts)

    def _opened(self, text: str, counts: dict[str, int]) -> Reidentified:
        if self.seals is None:
            raise MissingDependency("`pip install 'epicrisis[server]'` brings what opens sealed identifiers.")
        pieces, done = [], 0
        for mark in SEALED.finditer(text):
            pieces += [text[done : mark.start()], self._plain(self.seals, mark)]
            done = mark.end()
            counts[mark["kind"]] = counts.get(mark["kind"], 0) + 1
        return Reidentified("".join([*pieces, text[done:]]), sum(counts.values()))

    @staticmethod
    def _plain(seals: Seals, mark: re.Match[str]) -> str:
        try:
            sealed = urlsafe_b64decode(mark["token"] + "=" * (-len(mark["token"]) % 4))
            return seals.open(sealed, _place(mark["kind"])).decode()
        except (BrokenSeal, ValueError):
            raise InvalidInput(
                f"The sealed identifier at offset {mark.start()} does not open here: it was changed, or its key is "
                "not at hand; set EPICRISIS_ENCRYPTION_KEYS to the keys it had."
            ) from None


def _place(kind: str) -> Place:
    return Place("redactions", "identifier", kind)
