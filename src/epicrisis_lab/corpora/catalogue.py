"""Which corpora there are, where they lie, and on which terms: ``catalogue.toml``, read once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from epicrisis.domain.assertions import CueKind
from epicrisis.domain.findings import EntityLabel
from epicrisis_lab.corpora.rows import LabRow, Layer
from epicrisis_lab.errors import NotTrainable, UnknownCorpus

CLINICAL = "clinical"
DATA_SETTING = "EPICRISIS_CORPORA"


@dataclass(frozen=True, slots=True)
class Corpus:
    """One corpus and what its annotators marked; the head of ``catalogue.toml`` says what each field means."""

    name: str
    title: str
    folders: tuple[str, ...]
    language: str
    kinds: frozenset[Layer | Literal["text"]]
    licence: str
    train_shipped: bool
    sources: tuple[str, ...]
    label_sets: tuple[str, ...]
    notes: bool
    cue_kinds: frozenset[CueKind]
    labels: frozenset[str]
    subs: frozenset[str]
    unscored: frozenset[str]

    def files(self, root: Path) -> list[Path]:
        """Return the files of the corpus under the data folder ``root``, sorted; none where it is not there."""
        return sorted(path for folder in self.folders for path in (root / folder).glob("*.jsonl*"))


@cache
def catalogue() -> Mapping[str, Corpus]:
    """Return every corpus by its name, sorted."""
    tables = tomllib.loads(files("epicrisis_lab.corpora").joinpath("catalogue.toml").read_text(encoding="utf-8"))
    return {name: _corpus(name, table) for name, table in tables.items()}


def corpus(name: str) -> Corpus:
    """Return the corpus called ``name``.

    Raises:
        UnknownCorpus: it does not stand in the catalogue.
    """
    if name not in catalogue():
        raise UnknownCorpus(f"No corpus {name!r} in the catalogue; `epicrisis-lab data list` shows them all.")
    return catalogue()[name]


def trainable(name: str) -> Corpus:
    """Return the corpus called ``name`` if its terms let it teach weights that we ship.

    Raises:
        NotTrainable: they do not, or none are stated.
        UnknownCorpus: it does not stand in the catalogue.
    """
    found = corpus(name)
    if not found.train_shipped:
        raise NotTrainable(f"{name} ({found.licence}) may not teach weights that we ship; use it for evaluation only.")
    return found


def corpus_of(source: str) -> Corpus | None:
    """Return the corpus whose rows name themselves ``source``, however they write it ("NCBI-disease")."""
    return _by_source().get(normal_name(source))


def label_sets_of(row: LabRow) -> tuple[str, ...]:
    """Return the label sets an engine is asked for when it reads ``row``."""
    known = corpus_of(row.source)
    if known is not None:
        return known.label_sets
    labels = {entity.label.upper() for entity in row.entities}
    return (CLINICAL,) if labels <= set(EntityLabel) else (normal_name(row.source),)


def with_known_layers(row: LabRow) -> LabRow:
    """Return ``row`` without the layers nobody annotated: NegEx rows have an empty list of cues, but no cues."""
    known = corpus_of(row.source)
    if known is None or row.layers <= known.kinds:
        return row
    return replace(row, layers=frozenset(layer for layer in row.layers if layer in known.kinds))


def normal_name(source: str) -> str:
    """Return ``source`` in lower case with underscores, as the catalogue writes it."""
    return source.strip().casefold().replace("-", "_").replace(" ", "_")


def data_root() -> Path | None:
    """Return the folder EPICRISIS_CORPORA names, else ``../shared/data`` beside the checkout, else ``None``."""
    named = os.environ.get(DATA_SETTING)
    checkout = Path(__file__).resolve().parents[3]
    candidates = [Path(named)] if named else [base.parent / "shared" / "data" for base in (Path.cwd(), checkout)]
    return next((folder for folder in candidates if folder.is_dir()), None)


@cache
def _by_source() -> Mapping[str, Corpus]:
    found: dict[str, Corpus] = {}
    for known in catalogue().values():
        for source in known.sources:
            found.setdefault(source, known)
    return found


def _corpus(name: str, table: Mapping[str, Any]) -> Corpus:
    return Corpus(
        name=name,
        title=table["title"],
        folders=tuple(table["folders"]),
        language=table["language"],
        kinds=frozenset(table["kinds"]),
        licence=table["licence"],
        train_shipped=table["train_shipped"],
        sources=tuple(table.get("sources", [name])),
        label_sets=tuple(table.get("label_sets", [name])),
        notes=table.get("notes", False),
        cue_kinds=frozenset(CueKind(kind) for kind in table.get("cue_kinds", ())),
        labels=frozenset(table.get("labels", ())),
        subs=frozenset(table.get("subs", ())),
        unscored=frozenset(table.get("unscored", ())),
    )
