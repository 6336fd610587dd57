"""Documents of a corpus as they would stand on a ward: one hand each, in haste.

Published case reports are edited; notes drop accents, shout, abbreviate and open with a heading. Nobody gave us
annotated ones, so the changes the plain models were taught with are made here to documents they never saw.
"""

from __future__ import annotations

import random
from dataclasses import replace

from epicrisis.domain.spans import Span
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.training.augment.notes import varied
from epicrisis_lab.training.examples import Example

_HEAD = "entities"


def as_on_a_ward(row: LabRow) -> LabRow:
    """Return ``row`` in the hand its id draws, the same at every call; its entities move with their words.

    Targets, cues and scopes go: they are marks of another task.
    """
    marks = [(entity.span.start, entity.span.end, entity.label) for entity in row.entities]
    written = varied(Example(row.id, row.source, "dev", row.text, {_HEAD: marks}), random.Random(row.id))
    moved = zip(row.entities, written.tags[_HEAD], strict=True)
    return replace(
        row,
        text=written.text,
        entities=tuple(replace(entity, span=Span(start, end)) for entity, (start, end, _) in moved),
        targets=(),
        cues=(),
        scopes=(),
        layers=row.layers & {_HEAD},
    )
