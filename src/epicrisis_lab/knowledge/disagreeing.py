"""Where the two readings of a chance differ, so that somebody who knows better looks there first."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

COLUMNS = ("condition", "finding", "specialty", "a", "b", "chance", "difference")
# The readings were held within these when they were merged.
_LEAST, _MOST = 0.003, 0.99


@dataclass(frozen=True, slots=True)
class Readings:
    """A chance that both readings name, and what was made of the two."""

    condition: str
    finding: str
    specialty: str
    a: float
    b: float
    chance: float

    @property
    def difference(self) -> float:
        """Return how far the two lie apart in log-odds."""
        return abs(_log_odds(self.a) - _log_odds(self.b))


def readings(folder: Traversable) -> Iterator[Readings]:
    """Yield the chances of the tables in ``folder`` that both readings name."""
    for file in sorted((folder / "chances").iterdir(), key=lambda each: each.name):
        if not file.name.endswith(".csv"):
            continue
        specialty = file.name.removesuffix(".csv")
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
            if row["a"] and row["b"]:
                chances = (float(row[name]) for name in ("a", "b", "chance"))
                yield Readings(row["condition"], row["finding"], specialty, *chances)


def disagreements(both: Iterable[Readings], least: float) -> list[Readings]:
    """Return those of ``both`` whose readings differ by more than ``least`` in log-odds, the worst first."""
    found = (each for each in both if each.difference > least)
    return sorted(found, key=lambda each: (-each.difference, each.condition, each.finding))


def by_specialty(both: Sequence[Readings], differing: Sequence[Readings]) -> list[tuple[str, int, int]]:
    """Return for each specialty how many chances both readings name, and in how many they differ."""
    every, apart = (Counter(each.specialty for each in group) for group in (both, differing))
    return [(specialty, count, apart[specialty]) for specialty, count in sorted(every.items())]


def write(differing: Iterable[Readings], path: Path) -> None:
    """Write ``differing`` to a CSV at ``path``, in their order."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for each in differing:
            named = (each.condition, each.finding, each.specialty)
            writer.writerow([*named, f"{each.a:g}", f"{each.b:g}", f"{each.chance:g}", f"{each.difference:.2f}"])


def _log_odds(chance: float) -> float:
    held = min(_MOST, max(_LEAST, chance))
    return math.log(held / (1 - held))
