"""Corpus files as a test writes them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def write(path: Path, rows: Iterable[dict[str, Any] | str]) -> Path:
    """Write one line per row, packed where the name ends in ``.gz``; a text is written as it stands."""
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    data = ("\n".join(lines) + "\n").encode("utf-8")
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def pair(identity: str, text: str, concept: str, label: str, **more: Any) -> dict[str, Any]:
    """Return a pair row; ``concept`` is marked where it first stands in ``text``."""
    start = text.index(concept)
    row = {
        "id": identity,
        "text": text,
        "start": start,
        "end": start + len(concept),
        "concept": concept,
        "label": label,
    }
    return {**row, "lang": "en", "source": "invented", **more}


def sentence(identity: str, text: str, *entities: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a sentence row with ``entities`` made by ``entity`` and no cues."""
    marked = [
        {**each, "start": text.index(each["text"]), "end": text.index(each["text"]) + len(each["text"])}
        for each in entities
    ]
    return {"id": identity, "text": text, "entities": marked, "cues": [], "lang": "en", "source": "invented", **more}


def entity(words: str, label: str, status: str | None = None, **more: Any) -> dict[str, Any]:
    """Return an entity without offsets; ``sentence`` finds them."""
    judged = {} if status is None else {"status": status, "temporality": "CURRENT", "experiencer": "PATIENT"}
    return {"text": words, "label": label, **judged, **more}
