"""What a verb tells of the files it was given: in words, as one JSON object or a list, or a file for each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from epicrisis.cli.faults import ExitCode, say, warn
from epicrisis.cli.progress import counted
from epicrisis.services.outcomes import Failure

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Telling(Generic[Answer]):
    """How an answer is told: as ``plain`` values, in ``words``, and with which ending its file is named.

    ``among`` are its words where several are printed one after another; ``head`` stands once before the first of them,
    and in every file. ``doubts`` says what of it could not be read.
    """

    plain: Callable[[Answer], object]
    words: Callable[[Answer], str]
    ending: str = ".txt"
    among: Callable[[Answer], str] | None = None
    head: str = ""
    doubts: Callable[[Answer], Sequence[str]] = lambda _: ()


def tell(
    outcomes: Iterable[Sequence[tuple[str, Answer | Failure]]],
    telling: Telling[Answer],
    *,
    noun: str,
    total: int,
    as_json: bool = False,
    out: Path | None = None,
) -> ExitCode:
    """Tell every answer with the id it has, failures and doubts on stderr, and return how the program ends."""
    from epicrisis.cli.outputs import FileFolder, write_json

    folder = None if out is None else FileFolder(out, option="--out")
    found, failed, head = list[object](), False, telling.head
    for group in counted(outcomes, noun, total=total):
        is_one = total == len(group) == 1
        for name, outcome in group:
            if isinstance(outcome, Failure):
                say(outcome.code, f"{outcome.id}: {outcome.message}")
                failed = True
                continue
            for doubt in telling.doubts(outcome):
                warn(f"{name}: {doubt}")
            if as_json:
                found.append(telling.plain(outcome))
            elif folder is not None:
                folder.write(name, telling.head + telling.words(outcome), ending=telling.ending)
            else:
                words = telling.words if is_one or telling.among is None else telling.among
                print_words(head + words(outcome))
                head = ""
    if as_json and (found or total > 1):
        write_json(found[0] if total == len(found) == 1 else found)
    return ExitCode.SOME_FAILED if failed else ExitCode.FINE


def print_words(words: str) -> None:
    """Print ``words``, and end their line where they do not; where there are none, print nothing."""
    if not words:
        return
    # Every character as it is, whatever the terminal speaks.
    sys.stdout.buffer.write(words.encode() + (b"" if words.endswith("\n") else b"\n"))
    sys.stdout.flush()
