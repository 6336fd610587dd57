"""The part of decoding that meets the file, in the process that ``decoding.decode`` starts for it."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from epicrisis.errors import MissingDependency, UnreadableDocument
from epicrisis.formats.audio.decoding import Recording, Sound, packed
from epicrisis.formats.audio.limits import RATE, SHORTEST
from epicrisis.formats.audio.sniffing import AudioKind, first_frame, kind_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from epicrisis.formats.contained.child import Talk


def serve(talk: Talk) -> None:
    """Decode one recording and send its sound.

    Raises:
        UnreadableDocument: it is damaged, holds no sound, or is longer than asked for.
        MissingDependency: the decoder is not installed.
    """
    asked = talk.receive(Recording)
    talk.send(Sound(packed(_decoded(asked.data, asked.seconds))))


def _decoded(data: bytes, seconds: float) -> NDArray[np.float32]:
    try:
        import codecpod
    except ImportError as error:
        raise MissingDependency("Recordings need a decoder; run: pip install 'epicrisis[speech]'") from error
    _open_nothing_more()
    kind = kind_of(data)
    if kind is AudioKind.MP3:
        # What stands before the first frame is tags, and those are the one place an MP3 can hide something else in.
        data = data[first_frame(data) or 0 :]
    try:
        told = codecpod.info(data)
        # In samples of the file: one second more than is taken, so that what is longer shows.
        most = int(told.sample_rate * (seconds + 1))
        if kind is not AudioKind.MP3:  # which does not say, so that this would be a guess
            _refuse_longer((told.frames or 0) / told.sample_rate, seconds)
        loaded = codecpod.load(data, sample_rate=RATE, mono=True, num_frames=most)
        samples, _ = cast("tuple[NDArray[np.float32], int]", loaded)
    except codecpod.CodecpodError as error:
        raise UnreadableDocument(
            "The recording is cut short or damaged, protected, or holds no sound; save it again in the program that "
            "made it, as WAV or MP3, and send that."
        ) from error
    _refuse_longer(len(samples) / RATE, seconds)
    if len(samples) < SHORTEST * RATE:
        raise UnreadableDocument("The recording holds no sound; see that the microphone was on, and record it again.")
    return samples


def _open_nothing_more() -> None:
    """See that nothing can be opened from here on: no file, no part of a playlist, no connection."""
    with suppress(ImportError):  # Windows has no such limits
        import resource

        first_free = os.dup(0)
        os.close(first_free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (first_free, first_free))


def _refuse_longer(lasts: float, seconds: float) -> None:
    if lasts > seconds:
        raise UnreadableDocument(
            f"The recording lasts {lasts:.0f} seconds or more; up to {seconds:.0f} are read. Send it in parts, or "
            "raise EPICRISIS_MAX_AUDIO_SECONDS."
        )
