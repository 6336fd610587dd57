"""An annotated note for people at a terminal: the note with its findings marked, and a table of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from epicrisis.domain.assertions import Assertion, Status
from epicrisis.domain.findings import EntityLabel
from epicrisis.formats.segments import segments
from epicrisis.formats.wording import cue_words, one_line, percent, qualifiers, shown

if TYPE_CHECKING:
    from epicrisis.domain.annotations import AnnotatedDocument
    from epicrisis.domain.assessments import Assessment
    from epicrisis.formats.segments import Segment

_COLOURS = {
    EntityLabel.PROBLEM.value: "red",
    EntityLabel.TEST.value: "blue",
    EntityLabel.PROCEDURE.value: "green",
    EntityLabel.MEDICATION.value: "magenta",
}
_ATTRIBUTE = "cyan"

# The sign stands behind a finding, so the note can be read without colours and without knowing what they mean.
_LOOKS = {
    Status.PRESENT: ("", "bold"),
    Status.ABSENT: ("−", "strike"),
    Status.POSSIBLE: ("?", "bold italic"),
    Status.CONDITIONAL: ("if", "italic"),
    Status.HYPOTHETICAL: ("◇", "italic"),
    Status.NORMAL: ("✓", ""),
}
_CUE = "underline yellow"
_WIDEST = 100


class Screen(Console):
    """The terminal, which tells us when nobody reads on instead of ending the program itself."""

    def __init__(self) -> None:
        super().__init__(highlight=False)

    def on_broken_pipe(self) -> None:
        """Pass it on to ``faults.py``."""
        raise BrokenPipeError


def legend() -> Text:
    """Return what colours and signs mean, in one line."""
    parts = [Text(label.lower(), style=f"bold {colour}") for label, colour in _COLOURS.items()]
    parts += [Text(f"{sign} {status.value.lower()}") for status, (sign, _) in _LOOKS.items() if sign]
    parts.append(Text("words that decided", style=_CUE))
    return Text(" · ", style="dim").join(parts)


def show(annotated: AnnotatedDocument, console: Console) -> None:
    """Print the note and its findings."""
    width = min(console.width, _WIDEST)
    console.print(Rule(Text(shown(annotated.document.id)), align="left", style="dim"), width=width)
    console.print(Padding(_marked(annotated, colours=console.color_system is not None), (0, 2)), width=width)
    console.print()
    console.print(Padding(_table(annotated), (0, 2)), width=width)
    console.print()


def sentence_view(assessment: Assessment) -> Text:
    """Return the sentence with its label, and a line for each finding."""
    text = assessment.document.text
    view = Text(f"{assessment.sentence.value if assessment.sentence else '':<12}", style="bold")
    view.append(" ".join(shown(text).split()), style="not bold")
    for assertion in assessment.assertions:
        words = one_line(text, assertion.target)
        view.append(f"\n  {_reading(assertion)} {percent(assertion.confidence)}", style="not bold")
        view.append(f"  {words}", style=f"not bold {_LOOKS[assertion.status][1]}")
        reasons = _reasons(text, assertion)
        if reasons:
            view.append("  because of ", style="not bold dim").append_text(reasons)
    return view


def _reading(assertion: Assertion) -> str:
    """Return status, time and person in plain words: "absent, past, family"."""
    return ", ".join([assertion.status.value.lower(), *qualifiers(assertion)])


def _marked(annotated: AnnotatedDocument, *, colours: bool) -> Text:
    readable = shown(annotated.document.text).rstrip()
    view = Text()
    cut = segments(annotated)
    for before, segment, after in zip([None, *cut], cut, [*cut[1:], None], strict=False):
        words = Text(readable[segment.start : segment.end], style=_style(annotated, segment))
        opened = bool(set(segment.entities) - set(before.entities if before else ()))
        closed = [at for at in segment.entities if after is None or at not in after.entities]
        if opened and not colours:
            view.append("[")
        view.append_text(words)
        for at in closed:
            view.append_text(_sign(annotated, at))
        if closed and not colours:
            view.append("]")
    return view


def _style(annotated: AnnotatedDocument, segment: Segment) -> str:
    styles = ["bold"] if segment.heading else []
    if segment.entities:
        at = segment.entities[-1]
        assertion = annotated.assertions[at]
        styles.append(_COLOURS.get(annotated.entities[at].label, _ATTRIBUTE))
        styles.append(_LOOKS[assertion.status][1] if assertion else "")
    if segment.cues:
        styles.append("underline" if segment.entities else _CUE)
    return " ".join(filter(None, styles))


def _sign(annotated: AnnotatedDocument, at: int) -> Text:
    assertion = annotated.assertions[at]
    sign = _LOOKS[assertion.status][0] if assertion else ""
    colour = _COLOURS.get(annotated.entities[at].label, _ATTRIBUTE)
    return Text(f" {sign}" if sign else "", style=colour)


def _table(annotated: AnnotatedDocument) -> Table | Text:
    rows = [
        (entity, assertion)
        for entity, assertion in zip(annotated.entities, annotated.assertions, strict=True)
        if assertion is not None
    ]
    if not rows:
        return Text("No problem, test, procedure or drug found.", style="dim")
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("finding", "what", "status"):
        table.add_column(name)
    table.add_column("sure", justify="right")
    table.add_column("because of")
    text = annotated.document.text
    for entity, assertion in rows:
        colour = _COLOURS.get(entity.label, _ATTRIBUTE)
        table.add_row(
            Text.assemble((one_line(text, entity.span), _LOOKS[assertion.status][1])),
            Text(entity.label.lower(), style=colour),
            Text(_reading(assertion)),
            percent(assertion.confidence),
            _reasons(text, assertion),
        )
    return table


def _reasons(text: str, assertion: Assertion) -> Text:
    reasons = Text(", ".join(cue_words(text, assertion.cues)), style="yellow")
    if assertion.conflict is not None:
        other = assertion.conflict
        reasons.append(f"{'; ' if reasons else ''}{other.engine}: {other.status.value.lower()}", style="bold")
        reasons.append(f" ({', '.join(cue_words(text, other.cues))})", style="yellow")
    return reasons
