"""What advises whoever looks at a patient or orders something: an EHR asks for it by CDS Hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epicrisis.settings import Settings

if TYPE_CHECKING:
    from epicrisis.assembly.pipeline import Pipeline
    from epicrisis.services.advise import Advise
    from epicrisis.services.hands import Hands


def advising(settings: Settings, pipeline: Pipeline, *, hands: Hands) -> Advise:
    """Return what advises by the differentials of ``pipeline``; ``hands`` read the records, as they do for others."""
    from epicrisis.formats.contained.limits import Limits
    from epicrisis.services.advise import Advise

    return Advise(
        differentials=pipeline.differentials,
        take_in=lambda text, id_: pipeline.intake.attempt(text, id=id_),
        hands=hands,
        limits=Limits(file_bytes=settings.max_upload_bytes, seconds=settings.file_seconds),
        seconds=settings.deadline_seconds,
    )
