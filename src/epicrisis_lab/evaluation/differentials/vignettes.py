"""Vignettes as they stand in their files: a made-up patient, what is stated, and what their author had in mind."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from epicrisis.domain.differentials import Case, Observed
from epicrisis.domain.documents import Document
from epicrisis.domain.patients import Sex
from epicrisis.engines.differential.knowledge.base import KnowledgeBase
from epicrisis.errors import EpicrisisError
from epicrisis_lab.errors import NothingToScore, UnreadableFile

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Vignette:
    """A patient somebody made up: the ``document``, the ``condition`` they had in mind, and what the text states.

    ``stated`` are canonical findings, there or not.
    """

    document: Document
    condition: str
    specialty: str
    difficulty: str
    age: float
    sex: Sex
    stated: tuple[Observed, ...]

    @property
    def case(self) -> Case:
        """Return what is known of the patient where nothing has to be read."""
        return Case(self.age, self.sex, observed=self.stated)


def load_vignettes(files: Sequence[Path], base: KnowledgeBase, language: str | None = None) -> list[Vignette]:
    """Read ``files``, one vignette a line; where ``language`` is given, those in another are left out.

    Raises:
        UnreadableFile: a file is missing, a line is no vignette, or it names what ``base`` does not have.
        NothingToScore: no vignette is left.
    """
    found = [
        vignette for file in files for vignette in _read(file, base) if language in {None, vignette.document.language}
    ]
    if not found:
        raise NothingToScore("These files hold no vignette in that language; name tests/golden/vignettes/*.jsonl.")
    return found


def _read(file: Path, base: KnowledgeBase) -> Iterator[Vignette]:
    try:
        data = file.read_bytes()
        lines = (gzip.decompress(data) if data.startswith(_GZIP) else data).decode("utf-8").splitlines()
    except (OSError, EOFError, UnicodeDecodeError) as cause:
        raise UnreadableFile(f"{file} cannot be read; name a .jsonl or .jsonl.gz file.") from cause
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            vignette = _vignette(json.loads(line))
        except (ValueError, KeyError, TypeError, EpicrisisError) as cause:
            raise UnreadableFile(
                f"{file}:{number} is no vignette; tests/golden/vignettes/README.md says what one looks like."
            ) from cause
        unknown = {each.finding for each in vignette.stated} - set(base.findings)
        unknown |= {vignette.condition} - set(base.conditions)
        if unknown:
            raise UnreadableFile(f"{file}:{number}: the knowledge base has no {sorted(unknown)[0]!r}.")
        yield vignette


def _vignette(row: Mapping[str, Any]) -> Vignette:
    present = [*row["present"], *row["history"]]
    return Vignette(
        document=Document(row["id"], row["text"], row["language"]),
        condition=row["condition"],
        specialty=row["specialty"],
        difficulty=row["difficulty"],
        age=float(row["age"]),
        sex=Sex(row["sex"]),
        stated=(*(Observed(each) for each in present), *(Observed(each, False) for each in row["absent"])),
    )
