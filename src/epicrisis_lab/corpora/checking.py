"""``epicrisis-lab data check``: every row of every corpus, its offsets, its labels, its counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from epicrisis_lab.corpora.catalogue import Corpus, catalogue, corpus_of
from epicrisis_lab.corpora.reading import BadRow, read_rows
from epicrisis_lab.corpora.rows import LabRow


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What one corpus file holds, and the rows that are wrong."""

    corpus: str
    file: Path
    rows: int
    documents: int
    entities: int
    targets: int
    derived: int
    cues: int
    scopes: int
    sentence_labels: int
    bad: tuple[BadRow, ...]


def check_all(root: Path) -> Iterator[FileCheck]:
    """Check every file of the catalogue that is under ``root``, one after the other."""
    for corpus in catalogue().values():
        for file in corpus.files(root):
            yield check_file(corpus, file)


def missing(root: Path) -> list[str]:
    """Return the names of the corpora that have no file under ``root``."""
    return [corpus.name for corpus in catalogue().values() if not corpus.files(root)]


def check_file(corpus: Corpus, file: Path) -> FileCheck:
    """Read ``file`` whole and check each row against what the catalogue says of ``corpus``."""
    rows: list[LabRow] = []
    bad: list[BadRow] = []
    # The number of the row, not of the line: the two differ only where a file has blank lines.
    for number, row in enumerate(read_rows(file, language=corpus.language), start=1):
        if isinstance(row, BadRow):
            bad.append(row)
            continue
        rows.append(row)
        bad.extend(BadRow(str(file), number, reason) for reason in _strangers(corpus, row))
    return FileCheck(
        corpus=corpus.name,
        file=file,
        rows=len(rows),
        documents=len({row.doc for row in rows}),
        entities=sum(len(row.entities) for row in rows),
        targets=sum(len(row.targets) for row in rows),
        derived=sum(target.derived for row in rows for target in row.targets),
        cues=sum(len(row.cues) for row in rows),
        scopes=sum(len(row.scopes) for row in rows),
        sentence_labels=sum(row.sentence_label is not None for row in rows),
        bad=tuple(bad),
    )


def _strangers(corpus: Corpus, row: LabRow) -> Iterator[str]:
    if row.language != corpus.language:
        yield f"the language is not {corpus.language}"
    if corpus_of(row.source) is None:
        yield "the source is not in the catalogue"
    for i, entity in enumerate(row.entities):
        if entity.label not in corpus.labels:
            yield f"entities[{i}].label is not one of the {len(corpus.labels)} labels of {corpus.name}"
    if "cues" in row.layers:
        for i, cue in enumerate(row.cues):
            if cue.kind not in corpus.cue_kinds:
                yield f"cues[{i}].kind is not one {corpus.name} marks"
