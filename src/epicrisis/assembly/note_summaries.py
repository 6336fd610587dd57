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
    from epicrisis.services.hands import Hands
    from epicrisis.services.rewording import Rewording


def rewording(
    settings: Settings,
    pipeline: Pipeline,
    deidentify: Callable[[], Deidentify],
    *,
    models: Catalogue | None = None,
    hands: Hands | None = None,
) -> Rewording | None:
    """Return what rewords summaries by the model that ``settings`` name, loaded when first asked; ``None`` without.

    ``hands`` are those that have models write for others too, where there are any.
    """
    if not settings.summary_model:
        return None
    from epicrisis.services.hands import Hands
    from epicrisis.services.rewording import Rewording

    return Rewording(
        lend=(models or models_of(settings)).borrowed,
        annotate=pipeline.annotation,
        hands=hands or Hands(threads=1, waiting=0, name="model"),
        seconds=settings.summary_model_seconds,
        scrub=scrubbing(settings, deidentify),
    )
