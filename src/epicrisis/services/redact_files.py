"""Redacts files as a policy says: each as a whole or not at all, and recorded as one document."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field

from epicrisis.domain.redactions import Redaction
from epicrisis.errors import EpicrisisError, InvalidInput, Overloaded, StorageError
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.redacting.asking import Options, Question
from epicrisis.formats.redacting.files import File
from epicrisis.formats.redacting.sniffing import RULED, FileKind
from epicrisis.services.asking import Asker
from epicrisis.services.audit import DONE
from epicrisis.services.deidentify import Deidentify
from epicrisis.services.file_talk import Block, FileTalk
from epicrisis.services.intake import Intake
from epicrisis.services.outcomes import Failure, answered
from epicrisis.services.room import Room

# A file that is under way waits so long, in seconds, where the queue before the engines is full.
_PATIENCE = 0.05


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it was handed in, and how it is to be read.

    ``kind`` is one of ``FileKind``; without it the bytes tell, and the ending of ``name``. ``rules`` and ``header`` are
    those of ``Options``.
    """

    data: bytes = field(repr=False)
    name: str = ""
    kind: str | None = None
    language: str | None = None
    rules: Mapping[str, str] = field(default_factory=dict)
    header: bool = True


@dataclass(frozen=True, slots=True)
class RedactedFile:
    """A file without identities: of the same kind, and how many of each kind of identifier were hidden in it."""

    data: bytes = field(repr=False)
    kind: FileKind
    policy: str
    counts: Mapping[str, int]
    language: str
    engine: str
    version: str


class RedactFiles:
    """Redacts files under the policies and the secret of an installation; what is read is within ``limits``.

    There is ``room`` for so many at a time, shared with whatever else reads files.
    """

    def __init__(self, deidentify: Deidentify, *, intake: Intake, limits: Limits, room: Room | None = None) -> None:
        self.deidentify = deidentify
        self.intake = intake
        self.limits = limits
        self.room = room or Room()

    def check(self, policy: str, patient: str | None) -> None:
        """Refuse a policy or a patient that is none, before any file is read; raises as ``one`` does."""
        self.deidentify.whole((), policy=policy, patient=patient)

    def one(self, given: GivenFile, *, policy: str, patient: str | None = None) -> RedactedFile:
        """Return ``given`` redacted, for whoever holds the file: nothing is recorded.

        The dates of one ``patient`` move by the same number of days; without one, those of a file do.

        Raises:
            UnreadableDocument: it is damaged, protected, over the limits, a scan, or not what it is said to be.
            InvalidInput: something in it cannot be read as text, or a rule is not one.
            UnprovenRedaction: something that was to go could still be read in the new file.
            UnknownLanguage: no engine at hand reads its language.
            UnknownPolicy: there is no policy of that name.
            MissingDependency: an optional package that this kind, or the policy, needs is not installed.
        """
        self.check(policy, patient)
        whose = patient or known_by(given.data)
        with closing(self._file(given)) as file:
            kind, questions = _read(file, given)
            talk = FileTalk(kind, questions, intake=self.intake, language=given.language)
            for blocks in talk.slices(talk.blocks):
                documents = [block.document for block in blocks]
                _put(talk, blocks, self.deidentify.many(documents, policy=policy, patient=whose))
            self._answer_known(talk, policy, whose)
            return self._made(kind, file.written(talk.answers), talk, policy)

    async def __call__(
        self, given: GivenFile, *, policy: str, asker: Asker, patient: str | None = None
    ) -> RedactedFile:
        """Return what ``one`` does, once it is recorded who had it made; so is that it could not be.

        Raises as ``one`` does, and:
            StorageError: it was done and cannot be recorded, or there is no secret to do it with.
            Overloaded: too much work waits already.
            DeadlineExceeded: it was not done in the time a file has.
        """
        self.check(policy, patient)
        about = await asyncio.to_thread(known_by, given.data)
        try:
            made = await self._in_time(given, policy, patient or about)
        except Overloaded:
            raise
        except Exception as error:
            # What was not done need not wait for the log.
            with suppress(StorageError):
                await self._record(about, given, error, policy, asker)
            raise
        await self._record(about, given, made, policy, asker)
        return made

    async def record(self, given: GivenFile, made: RedactedFile | Failure, *, policy: str, asker: Asker) -> None:
        """Record what ``one`` made of ``given``, or that it could not: before it is handed over.

        Raises:
            StorageError: it cannot be recorded; what was done is then not handed over.
        """
        about = await asyncio.to_thread(known_by, given.data)
        await self._record(about, given, made, policy, asker)

    async def _record(
        self, about: str, given: GivenFile, made: RedactedFile | Failure | Exception, policy: str, asker: Asker
    ) -> None:
        """Record a file by ``about``, what its bytes come to: so fifty megabytes are read once for that."""
        if isinstance(made, RedactedFile):
            language, counts, outcome = made.language, made.counts, DONE
        else:
            language, counts = given.language or self.intake.languages[0], {}
            outcome = getattr(made, "code", EpicrisisError.code)
        await self.deidentify.record(
            about, language=language, counts=counts, outcome=outcome, policy=policy, asker=asker
        )

    def _file(self, given: GivenFile) -> File:
        options = Options(rules=given.rules, header=given.header, limits=self.limits)
        return File(given.data, name=given.name, kind=given.kind, options=options)

    async def _in_time(self, given: GivenFile, policy: str, whose: str) -> RedactedFile:
        async with self.room.turn(self.limits.seconds):
            file = self._file(given)
            try:
                return await self._done(file, given, policy, whose)
            finally:
                await asyncio.to_thread(file.close)

    async def _done(self, file: File, given: GivenFile, policy: str, whose: str) -> RedactedFile:
        kind, questions = await asyncio.to_thread(_read, file, given)
        talk = await asyncio.to_thread(FileTalk, kind, questions, intake=self.intake, language=given.language)
        for number, blocks in enumerate(talk.slices(talk.blocks)):
            redactions = await self._redactions(blocks, policy, whose, patiently=number > 0)
            _put(talk, blocks, redactions)
        await asyncio.to_thread(self._answer_known, talk, policy, whose)
        data = await asyncio.to_thread(file.written, talk.answers)
        return self._made(kind, data, talk, policy)

    async def _redactions(
        self, blocks: Sequence[Block], policy: str, whose: str, *, patiently: bool
    ) -> list[Redaction | Failure]:
        documents = [block.document for block in blocks]
        while True:
            try:
                return await self.deidentify.unrecorded(documents, policy=policy, patient=whose)
            except Overloaded:
                # Refused at once or not at all: half a file that is thrown away was work for nobody.
                if not patiently:
                    raise
                await asyncio.sleep(_PATIENCE)

    def _answer_known(self, talk: FileTalk, policy: str, whose: str) -> None:
        apart = self.deidentify.told_by_others(policy)
        for blocks in talk.slices(talk.known(apart)):
            _put(talk, blocks, self.deidentify.whole(talk.identified(blocks), policy=policy, patient=whose))

    def _made(self, kind: FileKind, data: bytes, talk: FileTalk, policy: str) -> RedactedFile:
        engine, version = self.deidentify.engine(talk.language)
        return RedactedFile(data, kind, policy, dict(talk.counts), talk.language, engine, version)


def _read(file: File, given: GivenFile) -> tuple[FileKind, Sequence[Question]]:
    """Return what ``file`` is and what it asks; rules that nothing in such a file could follow are refused."""
    kind, questions = file.read()
    if given.rules and kind not in RULED:
        raise InvalidInput(
            f"The file was taken for {kind}, which has no paths or columns for rules; leave them out, or say its kind."
        )
    return kind, questions


def _put(talk: FileTalk, blocks: Sequence[Block], redactions: Sequence[Redaction | Failure]) -> None:
    """Take the redaction of each of ``blocks``; if one of them failed, so has the file."""
    for block, redaction in zip(blocks, redactions, strict=True):
        talk.put(block, answered(redaction))


def known_by(data: bytes) -> str:
    """Return what a file is known by where nobody says whose it is."""
    return f"file {hashlib.sha256(data).hexdigest()}"
