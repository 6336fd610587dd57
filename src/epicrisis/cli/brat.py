"""``epicrisis brat``: what notes name as .txt and .ann side by side, in as many label sets as wanted; and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from epicrisis.cli.faults import ExitCode, say
from epicrisis.cli.inputs import Kind, sources
from epicrisis.cli.options import Engine, Language, prepared
from epicrisis.cli.progress import counted
from epicrisis.cli.rows import failure_to_plain, write_row
from epicrisis.errors import EpicrisisError, UnreadableDocument
from epicrisis.services.outcomes import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from epicrisis.assembly import Pipeline
    from epicrisis.cli.inputs import Source
    from epicrisis.domain.annotations import AnnotatedDocument
    from epicrisis.domain.documents import Document
    from epicrisis.domain.findings import Entity
    from epicrisis.domain.naming import Named
    from epicrisis.domain.spans import Span

_NOTES_AT_ONCE = 16
_NOTE, _ANNOTATIONS = ".txt", ".ann"


def brat(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE|FOLDER|-|TEXT...", help="Notes: files, folders of *.txt, -, or a text in quotes."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Where .txt and .ann files go.")] = None,
    label_sets: Annotated[
        str,
        typer.Option(
            "--label-sets", "--models", metavar="NAMES", help="What to name, with commas, such as symptoms,species."
        ),
    ] = "",
    read: Annotated[
        Path | None, typer.Option("--read", metavar="DIR", help="Read such a folder instead, and print a row a note.")
    ] = None,
    language: Language = None,
    engine: Engine = None,
) -> None:
    """Write what notes name for brat, every label set in one pass; or read such files back as JSON Lines."""
    if (out is None) == (read is None):
        raise typer.BadParameter("say where to write (--out), or what to read back (--read)", param_hint="--out")
    if read is not None:
        if inputs:
            raise typer.BadParameter("reads a folder, and no other input", param_hint="--read")
        some_failed = _read_back(read, language)
    else:
        assert out is not None
        names = [name.strip() for name in label_sets.split(",") if name.strip()]
        some_failed = _write(_given(inputs or [], out), out, names, language, engine)
    if some_failed:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _given(arguments: Sequence[str], out: Path) -> list[Source]:
    given = sources([file for argument in arguments for file in _files(argument)])
    if any(each.kind is Kind.FILE and Path(each.argument).parent.resolve() == out.resolve() for each in given):
        raise typer.BadParameter(
            f"the notes stand in '{out}', and would be written over; name another folder", param_hint="--out"
        )
    return given


def _files(argument: str) -> list[str]:
    """Return the notes in a folder; of anything else, itself."""
    folder = Path(argument)
    try:
        if not argument or not folder.is_dir():
            return [argument]
    except OSError:
        # Too long for a file name: a text then.
        return [argument]
    found = sorted(str(path) for path in folder.glob(f"*{_NOTE}"))
    if not found:
        raise typer.BadParameter(f"there is no *{_NOTE} in '{folder}'", param_hint="FOLDER")
    return found


def _write(
    given: Sequence[Source], out: Path, label_sets: Sequence[str], language: str | None, engine: str | None
) -> bool:
    """Write the two files of each note, and return whether one of them could not be read."""
    from epicrisis.cli.outputs import BratFolder, Item
    from epicrisis.domain.naming import labels_of
    from epicrisis.formats.brat import configuration_of

    settings, pipeline = prepared(engine)
    folder = BratFolder(out, option="--out")
    some_failed, labels = False, set[str]()
    answers = _named(pipeline, given, label_sets, max_chars=settings.max_chars, language=language)
    for batch in counted(answers, "notes", total=len(given)):
        for answer in batch:
            if isinstance(answer, Failure):
                some_failed = True
                say(answer.code, f"{answer.id}: {answer.message}")
                continue
            note = _as_annotated(answer)
            folder.take([Item(note)])
            labels.update(entity.label for entity in note.entities)
            # Somebody may want to add what was not found.
            labels.update(label for name in answer.entities for label in labels_of(name))
            typer.echo(f"{note.document.id}: {len(note.entities)} entities")
    folder.configure(configuration_of(labels))
    return some_failed


def _named(
    pipeline: Pipeline, given: Sequence[Source], label_sets: Sequence[str], *, max_chars: int, language: str | None
) -> Iterator[list[Named | Failure]]:
    def taken_in(source: Source) -> Document | Failure:
        try:
            return pipeline.intake(source.read(max_chars), id=source.id, language=language)
        except EpicrisisError as error:
            return Failure.of(source.id, error)

    for start in range(0, len(given), _NOTES_AT_ONCE):
        documents = [taken_in(source) for source in given[start : start + _NOTES_AT_ONCE]]
        yield pipeline.entities.many(documents, label_sets)


def _as_annotated(named: Named) -> AnnotatedDocument:
    from epicrisis.domain.annotations import AnnotatedDocument

    # The format knows no label sets: what two of them call by the same label is written once.
    found: dict[tuple[Span, str], Entity] = {}
    for _, entity in named.in_text_order():
        found.setdefault((entity.span, entity.label), entity)
    entities = tuple(found.values())
    return AnnotatedDocument(named.document, entities, (None,) * len(entities))


def _read_back(folder: Path, language: str | None) -> bool:
    """Print a row for each pair of files in ``folder``, and return whether one of them could not be read."""
    from epicrisis.formats.jsonl import to_plain

    if not folder.is_dir():
        raise typer.BadParameter(f"'{folder}' is no folder", param_hint="--read")
    some_failed = False
    for name in sorted({path.stem for path in folder.iterdir() if path.suffix in (_NOTE, _ANNOTATIONS)}):
        try:
            note = _pair(folder, name, language)
        except EpicrisisError as error:
            some_failed = True
            write_row(failure_to_plain(Failure.of(name, error)))
        else:
            # A row stands far from the file it is about.
            write_row({"text": note.document.text, **to_plain(note)})
    sys.stdout.flush()
    return some_failed


def _pair(folder: Path, name: str, language: str | None) -> AnnotatedDocument:
    from epicrisis.domain.documents import Document
    from epicrisis.formats import brat
    from epicrisis.text.language import detect_language

    text = _content(folder / f"{name}{_NOTE}")
    document = Document(id=name, text=text, language=language or detect_language(text))
    annotations = _content(folder / f"{name}{_ANNOTATIONS}")
    note = brat.read(annotations, document)
    brat.check_words(annotations, document)
    return note


def _content(path: Path) -> str:
    """Return every character of a file, line ends and marks included: offsets count them."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as cause:
        raise UnreadableDocument(f"'{path.name}' is not UTF-8 (byte {cause.start}), as brat has it.") from cause
    except OSError as cause:
        raise UnreadableDocument(
            f"'{path.name}' cannot be read ({cause.strerror}); an {_ANNOTATIONS} file stands beside its {_NOTE} file."
        ) from cause
