"""What one call of an engine reads: a row, or all pair rows of one sentence together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from epicrisis_lab.corpora.rows import LabRow


def merged_pairs(rows: Iterable[LabRow]) -> list[LabRow]:
    """Return ``rows`` with the pair rows of one sentence joined into one that holds all their targets.

    A sentence is the unit that is read and the unit that is drawn by the bootstrap: the targets of "Denies fever,
    chills or cough." are right or wrong together.
    """
    units: list[LabRow] = []
    places: dict[tuple[str, str, str], int] = {}
    for row in rows:
        key = (row.source, row.language, row.text)
        if row.pair and key in places:
            known = units[places[key]]
            units[places[key]] = replace(known, targets=known.targets + row.targets)
            continue
        if row.pair:
            places[key] = len(units)
        units.append(row)
    return units
