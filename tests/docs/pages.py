"""Reads our pages: the fenced blocks that run, and what they are said to print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its language, its text, the line it starts on, and what is said to be printed, if it is."""

    language: str
    body: str
    line: int
    output: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a console block, with the output shown below it (empty where none is shown)."""

    line: str
    output: str


def pages() -> list[Path]:
    """Return README.md and every page under docs/."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of ``page``; a ``text`` block right below a ``python`` one is what that one prints."""
    text = page.read_text(encoding="utf-8")
    fences = list(_FENCE.finditer(text))
    found: list[Block] = []
    for fence, following in zip_longest(fences, fences[1:]):
        output = None
        if (
            following is not None
            and following["language"] == "text"
            and not text[fence.end() : following.start()].strip()
        ):
            output = following["body"]
        line = text.count("\n", 0, fence.start()) + 1
        found.append(Block(fence["language"], fence["body"], line, output))
    return found


def commands(block: Block) -> list[Command]:
    """Return the commands of a console block: lines after ``$ ``, continued by lines after ``> ``, and their output."""
    found: list[Command] = []
    for part in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
        first, *others = part.splitlines()
        more = list(takewhile(lambda line: line.startswith("> "), others))
        output = "\n".join(others[len(more) :]).strip()
        found.append(Command("\n".join([first, *(line.removeprefix("> ") for line in more)]), output))
    return found
