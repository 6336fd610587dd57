"""medspaCy: its sentence splitter, target rules from our entity lexicon, its ConText and its section splitter."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import medspacy
from medspacy.ner import TargetRule
from worker import serve

TERMS = Path(__file__).parents[2] / "src" / "epicrisis" / "engines" / "entities" / "terms" / "en.toml"


def load() -> tuple[Callable[[str], object], Callable[[Sequence[str]], object]]:
    """Return how medspaCy reads one note and many."""
    pipeline = medspacy.load(
        medspacy_enable=["medspacy_pyrush", "medspacy_target_matcher", "medspacy_context", "medspacy_sectionizer"]
    )
    pipeline.get_pipe("medspacy_target_matcher").add([TargetRule(term, label) for label, term in _terms()])
    return pipeline, lambda notes: list(pipeline.pipe(notes))


def _terms() -> Iterator[tuple[str, str]]:
    tables = tomllib.loads(TERMS.read_text(encoding="utf-8"))
    for label, table in tables.items():
        words = table.get("terms", []) if isinstance(table, dict) else []
        yield from ((label.upper(), word) for word in words)


if __name__ == "__main__":
    if not list(_terms()):
        sys.exit(f"no terms in {TERMS.name}")
    serve(load)
