"""A second engine that never agrees."""

from __future__ import annotations

from collections.abc import Sequence

from epicrisis.domain.assertions import Assertion, Cue, CueKind, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard


class Contrary:
    """An assertion engine that finds everything absent because of the first word."""

    def __init__(self, name: str = "contrary") -> None:
        self.card = EngineCard(name=name, version="7", summary="Says no.", languages=("en",))

    def assess(self, document: Document, targets: Sequence[Span]) -> Sequence[Assertion]:
        cue = Cue(Span(0, document.text.index(" ")), CueKind.NEGATION)
        return [Assertion(target, Status.ABSENT, 1.0, cues=(cue,)) for target in targets]
