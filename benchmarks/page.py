"""A page of figures that several benchmarks write, each its own part of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

_PART = re.compile(r"^<!-- part: ([a-z]+) -->\n", re.MULTILINE)
HEAD = ""


def put(page: Path, lines: Sequence[str], *, part: str = HEAD) -> None:
    """Write ``lines`` as one part of ``page``, in the place of what stood there; the other parts stay as they are."""
    cut = _PART.split(page.read_text(encoding="utf-8")) if page.exists() else [""]
    parts = {HEAD: cut[0], **dict(zip(cut[1::2], cut[2::2], strict=True))}
    parts[part] = "\n".join(lines).strip("\n") + "\n"
    told = [
        body if name == HEAD else f"<!-- part: {name} -->\n\n{body.lstrip(chr(10))}" for name, body in parts.items()
    ]
    page.write_text("\n".join(each.rstrip("\n") + "\n" for each in told if each.strip()), encoding="utf-8")
