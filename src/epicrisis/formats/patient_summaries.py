"""A summary of a patient as markdown for a reader, and as plain JSON with all that each sentence rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from epicrisis.domain.patients import Source
from epicrisis.domain.summaries import PatientSummary, Statement, SummarySection
from epicrisis.formats.patient_facts import baseline_to_plain, delta_to_plain, missing_to_plain, source_to_plain
from epicrisis.formats.wording import shown
from epicrisis.formats.writing import Plain

# What markdown (CommonMark 0.31) would read as its own: emphasis, code, a tag, a link; and what begins a block.
_OWN = re.compile(r"[\\`*]|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|(?<=\])(?=[(\[])")
_BLOCK = re.compile(r"^(?=[#>+=~|-]|\[[^\]]*\]:)|^(\d{1,9})(?=[.)]\s)")
# What a sentence opens with where it lists things, "Active problems (3): ", or a few words that say what follows.
_LEAD = re.compile(r"(?P<lead>[^:;.]{3,80}\(\d{1,4}\)(?:, \w{1,20})?|[^\s:;.]{1,20}(?: [^\s:;.]{1,20}){0,4}): ")


def to_markdown(summary: PatientSummary, *, citations: bool = False) -> str:
    """Return ``summary`` under its four headings, a sentence a line.

    With ``citations`` each sentence says by number what it rests on, and a list at the end what the numbers are.
    """
    numbers = _numbered(summary.statements()) if citations else {}
    lines = [line for section in summary.sections for line in _section(section, numbers)]
    if numbers:
        lines += [*(f"{number}. {_named(source)}" for source, number in numbers.items()), ""]
    return "\n".join(lines)


def to_plain(summary: PatientSummary) -> Plain:
    """Return ``summary`` as values ``json.dumps`` takes; of the patient, age and sex and no name or number."""
    return {
        "sections": [
            {"heading": section.heading.value, "statements": [statement_to_plain(each) for each in section.statements]}
            for section in summary.sections
        ],
        "baseline": baseline_to_plain(summary.baseline),
        "delta": delta_to_plain(summary.delta),
        "missing": [missing_to_plain(each) for each in summary.missing],
        "language": summary.language,
        "mode": summary.mode.value,
        "asked": summary.asked.value,
        "model": summary.model,
        "fallbacks": list(summary.fallbacks),
        "unsupported": [statement_to_plain(each) for each in summary.unsupported],
    }


def statement_to_plain(statement: Statement) -> Plain:
    """Return a sentence with what it rests on, and whether the record bears it out."""
    return {
        "text": statement.text,
        "sources": [source_to_plain(source) for source in statement.sources],
        "support": statement.support.value,
        "why": statement.why,
    }


def _section(section: SummarySection, numbers: dict[Source, int]) -> Iterator[str]:
    yield f"## {section.heading.value}"
    yield ""
    for statement in section.statements:
        cited = _cited([numbers[source] for source in statement.sources]) if numbers else ""
        yield f"- {_line(statement.text)}{cited}"
    yield ""


def _line(text: str) -> str:
    """Return ``text`` as one line that markdown shows as it stands, with what it opens with in bold."""
    safe = _BLOCK.sub(r"\1\\", _OWN.sub(r"\\\g<0>", " ".join(shown(text).split())))
    return _LEAD.sub(r"**\g<lead>:** ", safe, count=1) if _LEAD.match(safe) else safe


def _numbered(statements: Iterable[Statement]) -> dict[Source, int]:
    sources = dict.fromkeys(source for statement in statements for source in statement.sources)
    return {source: number for number, source in enumerate(sources, 1)}


def _cited(numbers: Sequence[int]) -> str:
    """Return numbers as a reader wants them: [1-3, 7] with a dash."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}\u2013{run[-1]}" for run in runs)
    return f" [{told}]" if told else ""


def _named(source: Source) -> str:
    name = _line(source.reference)
    return name if source.span is None else f"{name} ({source.span.start}\u2013{source.span.end})"
