"""What a verb tells of the files it was given: in words, as one JSON object or a list, or a file for each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from epicrisis.cli.faults import ExitCode, say
from epicrisis.cli.progress import counted
from epicrisis.services.outcomes import Failure

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Telling(Generic[Answer]):
    """How an answer is told: as ``plain`` values, in ``words``, and with which ending its file is named."""

    plain: Callable[[Answer], object]
    words: Callable[[Answer], str]
    ending: str = ".txt"


def tell(
    outcomes: Iterable[Sequence[tuple[str, Answer | Failure]]],
    telling: Telling[Answer],
    *,
    noun: str,
    total: int,
    as_json: bool = False,
    out: Path | None = None,
) -> ExitCode:
    """Tell every answer with the id it has, failures on stderr, and return how the program ends."""
    from epicrisis.cli.outputs import FileFolder, write_json

    folder = None if out is None else FileFolder(out, option="--out")
    found, failed = list[object](), False
    for group in counted(outcomes, noun, total=total):
        for name, outcome in group:
            if isinstance(outcome, Failure):
                say(outcome.code, f"{outcome.id}: {outcome.message}")
                failed = True
            elif as_json:
                found.append(telling.plain(outcome))
            elif folder is not None:
                folder.write(name, telling.words(outcome), ending=telling.ending)
            else:
                print_words(telling.words(outcome))
    if as_json and (found or total > 1):
        write_json(found[0] if total == len(found) == 1 else found)
    return ExitCode.SOME_FAILED if failed else ExitCode.FINE


def print_words(words: str) -> None:
    """Print ``words``, and end their line where they do not."""
    # Every character as it is, whatever the terminal speaks.
    sys.stdout.buffer.write(words.encode() + (b"" if words.endswith("\n") else b"\n"))
    sys.stdout.flush()
