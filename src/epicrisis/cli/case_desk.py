"""Where ``epicrisis cases`` asks: the stores of an installation, and whoever runs the command as who asks."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from epicrisis.cli.inputs import sources
from epicrisis.cli.options import prepared
from epicrisis.cli.presentations import Given, Kind, Presentations
from epicrisis.cli.redact_audit import user, user_mark
from epicrisis.errors import EpicrisisError, InvalidRow, MissingDependency, StorageError, UnknownRecord
from epicrisis.services.outcomes import Failure

if TYPE_CHECKING:
    from epicrisis.domain.cases import KeptCase, SimilarCase
    from epicrisis.domain.patients import Sex
    from epicrisis.engines.similar.demonstration import Demonstration
    from epicrisis.services.diagnose import Presentation
    from epicrisis.services.similar_cases import Among

OUTCOME = "outcome"
# What a row cannot be blamed for: the next one would fail as well.
_FOR_ALL = (StorageError, MissingDependency)
_PATIENCE_SECONDS = 3_600.0
_DEMONSTRATIONS = uuid.UUID("6f0b1a52-6c1d-4c52-9f0e-2f3a9d0c4b11")


class CaseDesk:
    """Keeps and finds cases, one after the other; what fails for one case is its failure."""

    def __init__(self, verb: str, *, engine: str | None, language: str | None) -> None:
        """Ask as the user of the operating system, marked, through ``verb``."""
        from epicrisis.assembly.cases import similar_cases
        from epicrisis.services.asking import Asker

        # Whoever waits at a terminal is no client that may have left: what takes long may take long.
        self._settings, self._pipeline = prepared(engine, language, deadline_seconds=_PATIENCE_SECONDS)
        self._language = language
        self._cases, audit = similar_cases(self._settings, self._pipeline)
        self._asker = Asker(user_mark(audit, user()), f"cli:cases.{verb}")
        self._runner = asyncio.Runner()

    def given(
        self,
        inputs: Sequence[str] | None,
        symptoms: Sequence[str] | None,
        *,
        age: float | None,
        sex: Sex | None,
        kind: Kind | None,
    ) -> Iterator[Given]:
        """Yield the cases in ``inputs``, or the one that is told by ``symptoms``.

        Raises:
            BadParameter: both are given, or age and sex without symptoms.
        """
        reading = Presentations(self._settings, self._pipeline, self._language, beside=(OUTCOME,))
        told = {"symptoms": list(symptoms or ()), "age": age, "sex": sex and sex.value}
        fields = {name: value for name, value in told.items() if value not in (None, [])}
        if fields and inputs:
            raise typer.BadParameter(
                "leave it out to tell a case by --symptom: a file says for each case whose it is", param_hint="FILE"
            )
        if fields:
            yield Given("1", reading.asked(fields))
            return
        for batch in reading.batches(sources(list(inputs or ())), kind):
            yield from batch

    def add(self, given: Given, outcome: str | None) -> KeptCase | Failure:
        """Keep the case that is ``given``, with the outcome its row tells, or ``outcome``."""
        from epicrisis.api.schemas.cases import OutcomeRequest

        if isinstance(given.told, Failure):
            return given.told
        try:
            said = OutcomeRequest.model_validate({OUTCOME: given.beside.get(OUTCOME, outcome)}).outcome
        except ValueError:
            return Failure(given.id, "invalid-row", "outcome: write a code of ICD-10-CM, such as J18.9.")
        try:
            return self._runner.run(self._cases.add(given.told, outcome=said, asker=self._asker))[0]
        except EpicrisisError as error:
            return _failure(given.id, error)

    def search(
        self, told: Presentation | str, among: Among, most: int, *, name: str
    ) -> tuple[list[SimilarCase], tuple[str, ...]] | Failure:
        """Return what is similar to what is ``told``, or to the kept case of that id."""
        try:
            return self._runner.run(self._cases.search(told, among, most=most, asker=self._asker))
        except EpicrisisError as error:
            return _failure(name, error)

    def conclude(self, case_id: str, outcome: str | None) -> KeptCase:
        """Say what the kept case of that id turned out to be, or take back what was said.

        Raises:
            InvalidRow: ``outcome`` is no code of ICD-10-CM.
            UnknownRecord: there is no such case.
            AccessDenied: somebody else kept it.
        """
        from epicrisis.api.schemas.cases import OutcomeRequest

        try:
            said = OutcomeRequest.model_validate({OUTCOME: outcome}).outcome
        except ValueError:
            raise InvalidRow("outcome: write a code of ICD-10-CM, such as J18.9.") from None
        return self._runner.run(self._cases.conclude(case_id, said, asker=self._asker))

    def remove(self, case_id: str) -> None:
        """Forget the kept case of that id; raises as ``conclude`` does."""
        self._runner.run(self._cases.remove(case_id, asker=self._asker))

    def show(self, demonstration: Demonstration, language: str) -> bool:
        """Keep a case of the demonstration, told in ``language``; return whether it was not there yet."""
        from epicrisis.domain.documents import Document
        from epicrisis.services.diagnose import Presentation

        case_id = str(uuid.uuid5(_DEMONSTRATIONS, f"{demonstration.id}.{language}"))
        note = Document(id=demonstration.id, text=demonstration.told(language), language=language)
        told = Presentation(language=language, note=note)

        async def kept() -> bool:
            try:
                await self._cases.find(case_id, asker=self._asker)
                return False
            except UnknownRecord:
                await self._cases.add(
                    told,
                    outcome=demonstration.outcome,
                    asker=self._asker,
                    understood=demonstration.case,
                    case_id=case_id,
                )
                return True

        return self._runner.run(kept())

    def close(self) -> None:
        """Let go of what was opened."""
        self._runner.run(self._pipeline.close())
        self._runner.close()


def _failure(name: str, error: EpicrisisError) -> Failure:
    if isinstance(error, _FOR_ALL):
        raise error
    return Failure.of(name, error)
