"""Records what ``epicrisis redact`` does, before it hands anything over, where an installation keeps an audit log."""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import typer

from epicrisis.cli.faults import ExitCode, say
from epicrisis.errors import EpicrisisError, InvalidInput, StorageError

if TYPE_CHECKING:
    from epicrisis.domain.documents import Document
    from epicrisis.domain.redactions import Redaction
    from epicrisis.services.asking import Asker
    from epicrisis.services.audit import Audit
    from epicrisis.services.deidentify import Deidentify
    from epicrisis.services.outcomes import Failure
    from epicrisis.services.redact_files import GivenFile, RedactedFile, RedactFiles

ROUTE = "cli:redact"


class Recorder:
    """Records notes and files under whoever runs the command; where ``deidentify`` has no log, nothing is recorded."""

    def __init__(self, deidentify: Deidentify, *, policy: str, said: str, purpose: str) -> None:
        """Take who it is: ``said``, or the user of the operating system, marked; ends the command as recording does.

        Raises:
            BadParameter: what is said is no name, or no purpose.
        """
        self._deidentify = deidentify
        self._policy = policy
        with _or_none_of_it():
            self._asker = _asker(deidentify.audit, said, purpose)
        self._runner = asyncio.Runner()

    def notes(self, documents: Sequence[Document | Failure], answers: Sequence[Redaction | Failure]) -> None:
        """Record what became of ``documents``; ends the command where that cannot be kept."""
        self._run(self._deidentify.record_each(documents, answers, policy=self._policy, asker=self._asker))

    def file(self, redact_files: RedactFiles, given: GivenFile, made: RedactedFile | Failure) -> None:
        """Record what became of the file ``given``; ends the command where that cannot be kept."""
        self._run(redact_files.record(given, made, policy=self._policy, asker=self._asker))

    def close(self) -> None:
        """Bring home what was kept aside, now or by a run before, where the database answers again."""
        from epicrisis.services.spooling import those_aside

        for each in those_aside(self._deidentify.audit, self._deidentify.log):
            # The server whose data folder this is tries again every second, and so does the next run.
            with suppress(EpicrisisError):
                self._runner.run(each.drain())
        self._runner.close()

    def _run(self, recording: Coroutine[Any, Any, None]) -> None:
        with _or_none_of_it():
            self._runner.run(recording)


def user_mark(audit: Audit, name: str) -> str:
    """Return how the log names the ``name`` of a user of the operating system: of use to nobody without the key."""
    return f"cli:{audit.mark(f'user {name}')}"


def user() -> str:
    """Return the name of whoever runs this command, or their number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # In a container, nobody may have a name.
        return str(os.getuid())


@contextmanager
def _or_none_of_it() -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        say(error.code, f"it cannot be recorded, so what was redacted is not handed over: {error}")
        raise typer.Exit(ExitCode.NOT_RECORDED) from None


def _asker(audit: Audit | None, said: str, purpose: str) -> Asker:
    from epicrisis.services.asking import Asker
    from epicrisis.services.audit import AuditEntry

    asker = Asker(f"cli:{said}" if said or audit is None else user_mark(audit, user()), ROUTE, purpose)
    try:
        # Refused before anything is read, not when the first note is done.
        AuditEntry(0, asker.who, "redact", asker.route, asker.purpose)
    except InvalidInput as error:
        raise typer.BadParameter(str(error), param_hint="--as, --purpose") from error
    return asker
