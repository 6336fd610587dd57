"""What rewords summaries of notes: the language model of an installation, where it names one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from epicrisis.assembly.summaries import models_of, scrubbing
from epicrisis.settings import Settings

if TYPE_CHECKING:
    from epicrisis.assembly.pipeline import Pipeline
    from epicrisis.engines.summary.models.catalogue import Catalogue
    from epicrisis.services.deidentify import Deidentify
    from epicrisis.services.rewording import Rewording

# A model takes every core it is given: one writes, and few wait for it.
_WAITING_FOR_A_MODEL = 8


def rewording(
    settings: Settings, pipeline: Pipeline, deidentify: Callable[[], Deidentify], *, models: Catalogue | None = None
) -> Rewording | None:
    """Return what rewords summaries by the model that ``settings`` name, loaded when first asked; ``None`` without."""
    if not settings.summary_model:
        return None
    from epicrisis.services.hands import Hands
    from epicrisis.services.rewording import Rewording

    return Rewording(
        borrow=(models or models_of(settings)).borrowed,
        annotate=pipeline.annotation,
        hands=Hands(threads=1, waiting=_WAITING_FOR_A_MODEL, name="rewording"),
        seconds=settings.summary_model_seconds,
        scrub=scrubbing(settings, deidentify),
    )
