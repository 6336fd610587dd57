"""``epicrisis assess``: single sentences, what each says of its findings and as a whole."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from epicrisis.cli.faults import ExitCode, say
from epicrisis.cli.options import AsJson, Engine, Language, prepared
from epicrisis.cli.progress import counted
from epicrisis.cli.rows import BadRow, Row, batches, failure_to_plain, write_row
from epicrisis.domain.spans import Span
from epicrisis.errors import EpicrisisError, InvalidSpan
from epicrisis.formats.marks import read_marks
from epicrisis.services.assess import Question
from epicrisis.services.outcomes import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from epicrisis.assembly import Pipeline
    from epicrisis.domain.assessments import Assessment


def assess(
    sentences: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SENTENCE...|-",
            help='Sentences in quotes, or - for one a line, plain or as {"id", "text", "targets"}.',
        ),
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option("--target", "-t", help="A finding to judge, in the words of the sentence; may be repeated."),
    ] = None,
    as_json: AsJson = False,
    as_jsonl: Annotated[bool, typer.Option("--jsonl", help="Print one JSON object a line.")] = False,
    language: Language = None,
    engine: Engine = None,
) -> None:
    """Say what a sentence says of its findings: those given by --target or between entity marks, or all it has."""
    if as_json and as_jsonl:
        raise typer.BadParameter("choose one of --json and --jsonl", param_hint="--json")
    from_stdin = _from_stdin(sentences or [])
    settings, pipeline = prepared(engine, language)
    if from_stdin:
        rows: Iterable[list[Row | BadRow]] = batches(sys.stdin.buffer, settings.max_chars)
    else:
        rows = [[Row(number, str(number), sentence) for number, sentence in enumerate(sentences or [], 1)]]
    asking = _Asking(pipeline, targets=target or [], language=language)
    show = _Shown(as_json=as_json, as_jsonl=as_jsonl, lines=from_stdin)
    some_failed = False
    for batch in counted(map(asking.answers, rows), "sentences", total=None if from_stdin else len(sentences or [])):
        some_failed |= any(isinstance(answer, Failure) for _, answer in batch)
        show.take(batch)
    show.close()
    if some_failed:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _from_stdin(sentences: Sequence[str]) -> bool:
    if not sentences and sys.stdin.isatty():
        raise typer.BadParameter("give a sentence in quotes, or pipe some in", param_hint="SENTENCE|-")
    if "-" in sentences and len(sentences) > 1:
        raise typer.BadParameter("give sentences or standard input, not both", param_hint="-")
    return not sentences or "-" in sentences


class _Asking:
    """Turns rows into questions and asks them."""

    def __init__(self, pipeline: Pipeline, *, targets: Sequence[str], language: str | None) -> None:
        self._pipeline = pipeline
        self._targets = targets
        self._language = language

    def answers(self, rows: Sequence[Row | BadRow]) -> list[tuple[int, Assessment | Failure]]:
        """Return the answer to each row beside its number."""
        questions = [row.failure if isinstance(row, BadRow) else self._question(row) for row in rows]
        answers = self._pipeline.assessment.many(questions)
        return [(row.line, answer) for row, answer in zip(rows, answers, strict=True)]

    def _question(self, row: Row) -> Question | Failure:
        try:
            # Offsets sent with a sentence count in the sentence as sent, so its marks are left where they are.
            text, marked = (row.text, ()) if row.targets else _unmarked(row.text)
            document = self._pipeline.intake(text, id=row.id, language=row.language or self._language)
            named = [self._found(text, words, number) for number, words in enumerate(self._targets, 1)]
        except EpicrisisError as error:
            return Failure.of(row.id, error)
        return Question(document, (*row.targets, *marked, *named))

    def _found(self, text: str, words: str, number: int) -> Span:
        match = re.search(re.escape(words), text, re.IGNORECASE) if words else None
        if match is None:
            raise InvalidSpan(f"Target {number} does not stand in the sentence; give it in the words of the sentence.")
        return Span(*match.span())


class _Shown:
    """Shows answers the way that was asked for."""

    def __init__(self, *, as_json: bool, as_jsonl: bool, lines: bool) -> None:
        self._as_json = as_json
        self._as_jsonl = as_jsonl
        self._lines = lines
        self._kept: list[dict[str, Any]] = []

    def take(self, batch: Sequence[tuple[int, Assessment | Failure]]) -> None:
        """Show the next answers."""
        for number, answer in batch:
            if self._as_jsonl:
                write_row(self._row(number, answer))
            elif isinstance(answer, Failure):
                say(answer.code, f"{answer.id}: {answer.message}")
            elif self._as_json:
                self._kept.append(_plain(answer))
            else:
                _print(answer)
        sys.stdout.flush()

    def close(self) -> None:
        """Show what was kept until all answers are there."""
        if self._as_json:
            from epicrisis.cli.outputs import write_json

            write_json(self._kept)

    def _row(self, number: int, answer: Assessment | Failure) -> dict[str, Any]:
        if isinstance(answer, Failure):
            return failure_to_plain(answer, number if self._lines else None)
        return _plain(answer)


def _unmarked(text: str) -> tuple[str, tuple[Span, ...]]:
    unmarked = read_marks(text)
    return unmarked.text, unmarked.targets


def _plain(assessment: Assessment) -> dict[str, Any]:
    from epicrisis.formats.assessments import assessment_to_plain

    # A row stands far from the sentence it answers, and a sentence given with marks is told without them.
    return {"text": assessment.document.text, **assessment_to_plain(assessment)}


def _print(assessment: Assessment) -> None:
    from epicrisis.cli.terminal import Screen, sentence_view

    Screen().print(sentence_view(assessment), soft_wrap=True)
