"""The texts in what a verb is given, files and recordings too, and what came of each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from epicrisis.cli.faults import warn
from epicrisis.cli.inputs import Kind
from epicrisis.errors import EmptyText
from epicrisis.services.outcomes import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from epicrisis.cli.inputs import Source
    from epicrisis.domain.documents import Document
    from epicrisis.domain.transcripts import Transcript
    from epicrisis.services.intake import Intake
    from epicrisis.settings import Settings

Answer = TypeVar("Answer")


def documents_in(
    source: Source, intake: Intake, settings: Settings, language: str | None, *, audio: bool = False
) -> list[Document | Failure]:
    """Return the documents in ``source``, which with ``audio`` is a recording, or why one of them cannot be read.

    What could be read in part only is told on stderr.
    """
    return [
        text if isinstance(text, Failure) else intake.attempt(text, id=name, language=language or heard)
        for name, text, heard in _texts(source, settings, language, audio=audio)
    ]


def outcomes_of(
    answers: Sequence[Answer | Failure], documents: Sequence[Document | Failure]
) -> list[tuple[str, tuple[Answer, Document] | Failure]]:
    """Return each of ``answers`` with the document it is about, under the name that has."""
    return [_outcome(*pair) for pair in zip(answers, documents, strict=True)]


def _outcome(answer: Answer | Failure, document: Document | Failure) -> tuple[str, tuple[Answer, Document] | Failure]:
    if isinstance(answer, Failure):
        return answer.id, answer
    assert not isinstance(document, Failure)
    return document.id, (answer, document)


def _texts(
    source: Source, settings: Settings, language: str | None, *, audio: bool
) -> Iterator[tuple[str, str | Failure, str | None]]:
    """Yield the texts in ``source``, each with an id and, of a recording, the language that was heard."""
    if source.kind is Kind.TEXT:
        yield source.id, source.argument, None
    elif audio:
        from epicrisis.assembly import listening
        from epicrisis.cli.transcribe import heard

        yield _said(source, heard(listening(settings), source, language))
    else:
        from epicrisis.assembly import file_reading
        from epicrisis.cli.read import read_source

        for name, file in read_source(file_reading(settings), source, language):
            for doubt in () if isinstance(file, Failure) else file.warnings:
                warn(f"{name}: {doubt}")
            yield name, file if isinstance(file, Failure) else file.text, None


def _said(source: Source, transcript: Transcript | Failure) -> tuple[str, str | Failure, str | None]:
    if isinstance(transcript, Failure):
        return source.id, transcript, None
    from epicrisis.services.transcribe import spoken

    try:
        return source.id, spoken(transcript).text, transcript.language
    except EmptyText as error:
        return source.id, Failure.of(source.id, error), None
