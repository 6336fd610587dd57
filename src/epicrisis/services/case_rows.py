"""Cases as rows: what was told of one sealed, bound to its row, and its outcome by a code and no words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from epicrisis.domain.cases import KeptCase
from epicrisis.domain.records import Code, CodeSystem
from epicrisis.errors import StorageError
from epicrisis.services.case_store import CONTENT, CaseRow
from epicrisis.services.seals import Place, Seals


class _Content(msgspec.Struct, frozen=True):
    """What stands sealed: the redacted text, and the findings."""

    text: str
    findings: dict[str, bool]


class CaseRows:
    """Makes rows of cases and cases of rows; without ``seals``, where nothing leaves this process, in the clear."""

    def __init__(self, seals: Seals | None, displays: Callable[[], Mapping[str, str]]) -> None:
        """Seal with ``seals``; ``displays`` tells what a code of ICD-10-CM is called."""
        self._seals = seals
        self._displays = displays

    def code(self, outcome: str | None) -> Code | None:
        """Return an ``outcome`` with what it is called, where that is known."""
        return None if outcome is None else Code(CodeSystem.ICD_10_CM, outcome, self._displays().get(outcome, ""))

    def row(self, kept: KeptCase, space: str) -> CaseRow:
        """Return ``kept`` as it is kept; its vector was made in ``space``."""
        content = msgspec.msgpack.encode(_Content(kept.text, dict(kept.findings)))
        return CaseRow(
            id=kept.id,
            tenant=kept.tenant,
            owner=kept.owner,
            created_at=kept.created_at,
            language=kept.language,
            age=kept.age,
            sex=kept.sex,
            outcome=None if kept.outcome is None else kept.outcome.code,
            space=space,
            content=content if self._seals is None else self._seals.seal(content, _place(kept.id)),
        )

    def case(self, row: CaseRow) -> KeptCase:
        """Return what is kept in ``row``.

        Raises:
            BrokenSeal: it was changed, or sealed for another row, or with a key that is not at hand.
            StorageError: it was written in another way than we write.
        """
        content = row.content if self._seals is None else self._seals.open(row.content, _place(row.id))
        try:
            told = msgspec.msgpack.decode(content, type=_Content)
        except msgspec.DecodeError as error:
            raise StorageError("A kept case was written by another epicrisis.") from error
        return KeptCase(
            id=row.id,
            tenant=row.tenant,
            owner=row.owner,
            created_at=row.created_at,
            language=row.language,
            findings=told.findings,
            age=row.age,
            sex=row.sex,
            outcome=self.code(row.outcome),
            text=told.text,
        )


def _place(case_id: str) -> Place:
    return Place(*CONTENT, case_id)
