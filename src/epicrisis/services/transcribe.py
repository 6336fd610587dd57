"""Writes down what is said in recordings, and tells how far it is: an hour of speech takes minutes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from threading import Event

from epicrisis.domain.transcripts import Transcript
from epicrisis.engines.media_contracts import SAMPLE_RATE, Progress, Samples, SpeechEngine
from epicrisis.errors import DeadlineExceeded, EmptyText, MissingDependency
from epicrisis.formats.audio.decoding import decode
from epicrisis.formats.audio.limits import AudioLimits
from epicrisis.services.room import Room

FindSpeech = Callable[[], SpeechEngine | None]
"""Returns the engine that listens, or nothing where none is installed."""

NO_SPEECH = "No speech was heard in the recording; play it, and send one in which somebody can be heard."
"""What to say of a recording in which nobody speaks."""

# Beside the length of a recording, which is at most how long it takes, what a short one may take: a model is loaded.
_LEAST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class GivenRecording:
    """A recording as it was handed in; without a ``language`` the engine says which one it hears."""

    data: bytes = field(repr=False)
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """How much of a recording has been listened to, of how much, in seconds."""

    done: float
    of: float


def spoken(transcript: Transcript) -> Transcript:
    """Return ``transcript``, in which somebody speaks.

    Raises:
        EmptyText: nobody does.
    """
    if not transcript.text.strip():
        raise EmptyText(NO_SPEECH)
    return transcript


class Transcribe:
    """Writes recordings down within ``limits``, one at a time in each thread of ``room``."""

    def __init__(self, *, engine: FindSpeech, limits: AudioLimits, room: Room | None = None) -> None:
        self.limits = limits
        self.room = room or Room()
        self._engine = engine

    def one(self, given: GivenRecording, *, progress: Progress | None = None) -> Transcript:
        """Return what is said in ``given``; ``progress`` hears how many seconds are done.

        Raises:
            UnreadableDocument: it is no recording that is read, damaged, empty, or over the limits.
            UnknownLanguage: the engine does not know the language.
            MissingDependency: the optional packages that listen are not installed.
        """
        engine = self._found()
        return engine.transcribe(decode(given.data, limits=self.limits), language=given.language, progress=progress)

    async def __call__(self, given: GivenRecording) -> Transcript:
        """Return what ``one`` does; raises as it does, and ``DeadlineExceeded`` where it takes too long."""
        async for each in self.heard(given):
            if isinstance(each, Transcript):
                return each
        raise DeadlineExceeded

    async def heard(self, given: GivenRecording) -> AsyncGenerator[Heard | Transcript, None]:
        """Yield how far it is from time to time, and at last the transcript; raises as calling does.

        Whoever stops asking stops the work.
        """
        gone = Event()
        loop = asyncio.get_running_loop()
        told: asyncio.Queue[Heard | Transcript | BaseException] = asyncio.Queue()

        def tell(each: Heard | Transcript | BaseException) -> None:
            loop.call_soon_threadsafe(told.put_nowait, each)

        def listen() -> None:
            try:
                tell(self._listened(given, gone, tell))
            except BaseException as error:  # noqa: BLE001  whatever it is, somebody waits to be told
                tell(error)

        async with self.room.turn(self.limits.seconds + _LEAST_SECONDS):
            work = loop.run_in_executor(None, listen)
            try:
                while True:
                    each = await told.get()
                    if isinstance(each, BaseException):
                        raise each
                    yield each
                    if isinstance(each, Transcript):
                        return
            finally:
                gone.set()
                await asyncio.shield(work)

    def _listened(self, given: GivenRecording, gone: Event, tell: Callable[[Heard], None]) -> Transcript:
        engine = self._found()
        samples: Samples = decode(given.data, limits=self.limits)
        whole = len(samples) / SAMPLE_RATE

        def progress(seconds: float) -> None:
            if gone.is_set():
                raise DeadlineExceeded
            tell(Heard(min(seconds, whole), whole))

        tell(Heard(0.0, whole))
        return engine.transcribe(samples, language=given.language, progress=progress)

    def _found(self) -> SpeechEngine:
        engine = self._engine()
        if engine is None:
            raise MissingDependency("Nothing that listens is installed; run: pip install 'epicrisis[speech]'")
        return engine
