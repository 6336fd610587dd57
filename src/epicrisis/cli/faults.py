"""How the command line fails: one line on stderr with a code to search for, and an exit status a script can read."""

from __future__ import annotations

import os
import sys
from enum import IntEnum
from io import TextIOWrapper
from typing import Any

import typer
from typer.core import TyperGroup

from epicrisis.errors import (
    EpicrisisError,
    InvalidPolicy,
    InvalidSettings,
    UnknownEhr,
    UnknownEngine,
    UnknownKey,
    UnknownPolicy,
)


class ExitCode(IntEnum):
    """What the shell learns; the last two follow its own custom, 128 and the number of the signal."""

    FINE = 0
    SOME_FAILED = 1
    USAGE = 2
    NOT_RECORDED = 3
    INTERRUPTED = 130
    NOBODY_READS = 141


_USAGE = (InvalidPolicy, InvalidSettings, UnknownEhr, UnknownEngine, UnknownKey, UnknownPolicy)
_MORE = "EPICRISIS_LOG_LEVEL=debug shows where, and may show words of the note."


class Verbs(TyperGroup):
    """The verbs of ``epicrisis``, with one way to fail."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb, and turn what it raises into a line and an exit status."""
        if isinstance(sys.stdout, TextIOWrapper):
            # A terminal that knows no "−" shows "?"; rows and JSON are bytes already, UTF-8 everywhere.
            sys.stdout.reconfigure(errors="replace")
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except EpicrisisError as error:
            say(error.code, str(error))
            raise typer.Exit(ExitCode.USAGE if isinstance(error, _USAGE) else ExitCode.SOME_FAILED) from None
        except BrokenPipeError:
            # Whoever read us ("| head") has left. What is still buffered goes nowhere, or Python complains at the end.
            _silence_stdout()
            raise typer.Exit(ExitCode.NOBODY_READS) from None
        except KeyboardInterrupt:
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except Exception as error:
            # What typer raises to end or to explain itself knows its exit status.
            if hasattr(error, "exit_code") or isinstance(error, typer.Abort) or _debugging():
                raise
            # A traceback may quote a note, and tells a user little.
            say(EpicrisisError.code, f"this should not have happened ({type(error).__name__}); {_MORE}")
            raise typer.Exit(ExitCode.SOME_FAILED) from None
        return result


def say(code: str, message: str) -> None:
    """Tell stderr of an error in one line."""
    typer.echo(f"error: {message} [{code}]", err=True)


def warn(message: str) -> None:
    """Tell stderr in one line of what was left out, or may be missing."""
    typer.echo(f"warning: {message}", err=True)


def _debugging() -> bool:
    return os.environ.get("EPICRISIS_LOG_LEVEL", "").lower() == "debug"


def _silence_stdout() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
