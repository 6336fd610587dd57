"""What reads files and listens to recordings, with the engines that are installed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epicrisis.engines import registry
from epicrisis.settings import Settings

if TYPE_CHECKING:
    from epicrisis.engines.media_contracts import OcrEngine, SpeechEngine
    from epicrisis.services.read_files import ReadFiles
    from epicrisis.services.room import Room
    from epicrisis.services.transcribe import Transcribe


def file_reading(settings: Settings, *, room: Room | None = None) -> ReadFiles:
    """Return what reads files within ``room`` and the limits of ``settings``; OCR is loaded when it is needed."""
    from epicrisis.formats.contained.limits import Limits
    from epicrisis.services.read_files import ReadFiles

    limits = Limits(file_bytes=settings.max_upload_bytes, seconds=settings.file_seconds)

    def ocr(language: str) -> OcrEngine:
        from epicrisis.engines.ocr.choosing import best_for

        return registry.ocr_engine(settings.ocr or best_for(language), language)

    return ReadFiles(ocr=ocr, limits=limits, room=room)


def listening(settings: Settings, *, room: Room | None = None) -> Transcribe:
    """Return what writes recordings down within ``room`` and the limits of ``settings``; it loads when it is needed."""
    from epicrisis.formats.audio.limits import AudioLimits
    from epicrisis.services.transcribe import Transcribe

    limits = AudioLimits(file_bytes=settings.max_upload_bytes, seconds=settings.max_audio_seconds)

    def engine() -> SpeechEngine | None:
        from epicrisis.engines.speech.choosing import engine_of

        return engine_of(settings.speech_model)

    return Transcribe(engine=engine, limits=limits, room=room)
