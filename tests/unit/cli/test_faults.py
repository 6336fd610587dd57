from __future__ import annotations

import pytest

from epicrisis import assembly
from tests.unit.cli.shell import run


def fail(_: object) -> None:
    raise RuntimeError("Ana Ruiz Prueba has gout")


def test_an_error_nobody_foresaw_is_one_line_without_words_of_the_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EPICRISIS_LOG_LEVEL", raising=False)
    monkeypatch.setattr(assembly, "load", fail)

    result = run("annotate", "Denies fever.")

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "error: this should not have happened (RuntimeError); "
        "EPICRISIS_LOG_LEVEL=debug shows where, and may show words of the note. [error]"
    ]


def test_whoever_debugs_sees_where_it_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPICRISIS_LOG_LEVEL", "debug")
    monkeypatch.setattr(assembly, "load", fail)

    assert isinstance(run("annotate", "Denies fever.").exception, RuntimeError)


@pytest.mark.parametrize("arguments", [[], ["annotate", "--help"], ["-h"]])
def test_help_is_never_far(arguments: list[str]) -> None:
    assert "Usage" in run(*arguments).output


def test_an_unknown_verb_is_wrong_use() -> None:
    assert run("prescribe").exit_code == 2
