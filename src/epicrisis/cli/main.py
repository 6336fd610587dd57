"""The ``epicrisis`` command."""

from __future__ import annotations

import typer

from epicrisis.cli import audit, cases, fhir, keys, selftest
from epicrisis.cli.annotate import annotate
from epicrisis.cli.assess import assess
from epicrisis.cli.brat import brat
from epicrisis.cli.diagnose import diagnose
from epicrisis.cli.engines import engines
from epicrisis.cli.extract import extract
from epicrisis.cli.faults import Verbs
from epicrisis.cli.patient import patient
from epicrisis.cli.read import read
from epicrisis.cli.redact import redact
from epicrisis.cli.serve import serve
from epicrisis.cli.summarize import summarize
from epicrisis.cli.transcribe import transcribe
from epicrisis.cli.version import version

app = typer.Typer(
    name="epicrisis",
    cls=Verbs,
    help="Reads clinical text: every problem, test, procedure and drug, with its status and the words that decided it.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    # A traceback shows local variables, and those hold notes.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb in (
    annotate, assess, extract, patient, diagnose, summarize, read, transcribe, brat, redact, engines, serve, version,
):  # fmt: skip
    app.command()(verb)
app.add_typer(audit.app, name="audit")
app.add_typer(cases.app, name="cases")
app.add_typer(fhir.app, name="fhir")
app.add_typer(keys.app, name="keys")
app.add_typer(selftest.app, name="selftest")
