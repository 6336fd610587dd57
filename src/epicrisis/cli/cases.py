"""``epicrisis cases``: keeps cases without who they were of, finds similar ones, and brings some to try it with."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from epicrisis.cli.case_desk import CaseDesk
from epicrisis.cli.faults import ExitCode, say
from epicrisis.cli.options import AsJson, Engine, Language
from epicrisis.cli.presentations import Given, Kind
from epicrisis.cli.rows import failure_to_plain, write_row
from epicrisis.domain.patients import Sex
from epicrisis.services.outcomes import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from epicrisis.domain.cases import SimilarCase

app = typer.Typer(
    help="Keep cases without who they were of, and find similar ones, where the server of this EPICRISIS_DATA does.",
    no_args_is_help=True,
)

Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE|-|TEXT...",
        help="Notes, rows (*.jsonl), tables (*.csv) or records of patients (*.json in FHIR, C-CDA, HL7 v2).",
    ),
]
Symptoms = Annotated[
    list[str] | None, typer.Option("--symptom", "-s", help="Tell a symptom instead of a file; may be repeated.")
]
Age = Annotated[float | None, typer.Option(min=0, max=130, help="Of the patient, in years.")]
SexOf = Annotated[Sex | None, typer.Option("--sex", case_sensitive=False, help="Of the patient.")]
KindOf = Annotated[
    Kind | None, typer.Option("--as", help="What the files hold; the end of their names tells it otherwise.")
]


@app.command()
def add(
    inputs: Inputs = None,
    symptom: Symptoms = None,
    age: Age = None,
    sex: SexOf = None,
    outcome: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="What it turned out to be, in ICD-10-CM; rows tell it as `outcome`."),
    ] = None,
    kind: KindOf = None,
    as_json: AsJson = False,
    language: Language = None,
    engine: Engine = None,
) -> None:
    """Keep cases: each is redacted before anything else is done with it, and kept encrypted."""
    from epicrisis.cli.case_view import head_of
    from epicrisis.engines.differential.naming import names_in
    from epicrisis.formats.cases import case_to_plain

    desk, failed = CaseDesk("add", engine=engine, language=language), False
    for given in desk.given(inputs, symptom, age=age, sex=sex, kind=kind):
        kept = desk.add(given, outcome)
        if isinstance(kept, Failure):
            failed = True
            _refuse(given, kept, as_json=as_json)
        elif as_json:
            write_row(_numbered(case_to_plain(kept, names_in(kept.language)), given))
        else:
            typer.echo(head_of(kept, kept.language))
    desk.close()
    if failed:
        raise typer.Exit(ExitCode.SOME_FAILED)


@app.command()
def search(
    inputs: Inputs = None,
    symptom: Symptoms = None,
    age: Age = None,
    sex: SexOf = None,
    case: Annotated[
        str | None, typer.Option("--case", metavar="ID", help="Find those similar to the kept case of this id.")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option(metavar="CODE", help="Among cases that turned out so: a code, or how codes begin.")
    ] = None,
    among_sex: Annotated[
        Sex | None, typer.Option("--among-sex", case_sensitive=False, help="Among patients of this sex.")
    ] = None,
    age_from: Annotated[float | None, typer.Option(min=0, help="Among patients of this age or older.")] = None,
    age_below: Annotated[float | None, typer.Option(min=0, help="Among patients younger than this.")] = None,
    among_language: Annotated[
        str | None, typer.Option("--among-language", metavar="xx", help="Among cases told in this language.")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=50, help="How many cases to tell at most.")] = 5,
    kind: KindOf = None,
    as_json: AsJson = False,
    language: Language = None,
    engine: Engine = None,
) -> None:
    """Find the most similar kept cases: what both have, in what they differ, and what each turned out to be."""
    from epicrisis.services.diagnose import Presentation
    from epicrisis.services.similar_cases import Among

    if case is not None and (inputs or symptom):
        raise typer.BadParameter("leave it out, or the rest: one thing is asked for at a time", param_hint="--case")
    desk, failed = CaseDesk("search", engine=engine, language=language), False
    among = Among(among_language, among_sex, age_from, age_below, outcome)
    asked: list[tuple[Given | None, Presentation | str | Failure]] = (
        [(None, case)]
        if case is not None
        else [(each, each.told) for each in desk.given(inputs, symptom, age=age, sex=sex, kind=kind)]
    )
    for given, told in asked:
        name = "1" if given is None else given.id
        found = told if isinstance(told, Failure) else desk.search(told, among, most, name=name)
        if isinstance(found, Failure):
            failed = True
            _refuse(given, found, as_json=as_json)
        else:
            spoken = told.language if isinstance(told, Presentation) else language or "en"
            _tell(given, found[0], found[1], as_json=as_json, language=spoken)
    desk.close()
    if failed:
        raise typer.Exit(ExitCode.SOME_FAILED)


@app.command()
def outcome(
    case: Annotated[str, typer.Argument(metavar="ID", help="The id of a kept case.")],
    code: Annotated[
        str | None,
        typer.Argument(metavar="CODE", help="What it turned out to be, in ICD-10-CM; leave it out to take it back."),
    ] = None,
) -> None:
    """Say what a kept case turned out to be, or take back what was said."""
    from epicrisis.cli.case_view import head_of

    with closing(CaseDesk("outcome", engine=None, language=None)) as desk:
        kept = desk.conclude(case, code)
    typer.echo(head_of(kept, kept.language))


@app.command()
def remove(cases: Annotated[list[str], typer.Argument(metavar="ID...", help="The ids of kept cases.")]) -> None:
    """Forget kept cases for good."""
    with closing(CaseDesk("remove", engine=None, language=None)) as desk:
        for case in cases:
            desk.remove(case)
    typer.echo(f"{len(cases)} {'case' if len(cases) == 1 else 'cases'} forgotten.")


@app.command()
def seed(
    most: Annotated[
        int | None, typer.Option("--most", min=1, help="How many to keep at most; all of them where not given.")
    ] = None,
    language: Annotated[str, typer.Option("--language", "-l", help="The language they are told in: en or es.")] = "en",
) -> None:
    """Keep some hundred invented cases, to try a search with: patients of DDXPlus, whom a program drew (CC BY 4.0)."""
    from epicrisis.engines.differential.knowledge.reading import LANGUAGES
    from epicrisis.engines.similar.demonstration import demonstrations

    if language not in LANGUAGES:
        raise typer.BadParameter(f"they are told in {' and '.join(LANGUAGES)}", param_hint="--language")
    desk, cases = CaseDesk("seed", engine=None, language=language), list(demonstrations())[:most]
    new = sum(desk.show(each, language) for each in cases)
    desk.close()
    typer.echo(
        f"{new} invented cases kept" + (f"; {len(cases) - new} were there already." if new < len(cases) else ".")
    )


def _tell(
    given: Given | None,
    found: Sequence[SimilarCase],
    unmatched: Sequence[str],
    *,
    as_json: bool,
    language: str,
) -> None:
    from epicrisis.cli.case_view import show_similar
    from epicrisis.cli.terminal import Screen
    from epicrisis.engines.differential.naming import names_in
    from epicrisis.formats.cases import similar_to_plain

    if as_json:
        names = names_in(language)
        plain = {"cases": [similar_to_plain(each, names) for each in found], "unmatched": list(unmatched)}
        write_row(_numbered(plain if given is None else {"asked": given.id, **plain}, given))
    else:
        show_similar(found, Screen(), language=language, unmatched=unmatched)


def _numbered(plain: dict[str, Any], given: Given | None) -> dict[str, Any]:
    return plain if given is None or given.line is None else {**plain, "line": given.line}


def _refuse(given: Given | None, failure: Failure, *, as_json: bool) -> None:
    line = None if given is None else given.line
    if as_json:
        write_row(failure_to_plain(failure, line))
    else:
        # The id of a row may be the number of a patient; its line is nobody's.
        say(failure.code, f"{failure.id if line is None else f'line {line}'}: {failure.message}")
