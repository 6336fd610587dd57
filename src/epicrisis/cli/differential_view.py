"""A differential for people at a terminal: what was understood, what is urgent, the conditions and their reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from epicrisis.domain.differentials import Differential, Hypothesis, Observed, Urgency, Weighed
from epicrisis.domain.patients import Sex
from epicrisis.formats.differentials import NOTICE
from epicrisis.formats.wording import percent, shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_WIDEST = 100
_MOST_REASONS, _MOST_TESTS, _MOST_QUESTIONS = 5, 4, 4
_LOOKS = {Urgency.EMERGENCY: "bold red", Urgency.URGENT: "yellow", Urgency.SOON: "", Urgency.ROUTINE: "dim"}

_WORDS = {
    "en": {
        "there": "there", "absent": "not there", "unmatched": "not understood", "alarm": "alarm", "for": "for",
        "against": "against", "tests": "tests", "none": "none of these", "ask": "ask or test next", "known": "known",
        "years": "years", "not": "no", Sex.FEMALE: "female", Sex.MALE: "male", Urgency.EMERGENCY: "emergency",
        Urgency.URGENT: "urgent", Urgency.SOON: "soon", Urgency.ROUTINE: "routine",
    },
    "es": {
        "there": "presente", "absent": "ausente", "unmatched": "no entendido", "alarm": "alarma", "for": "a favor",
        "against": "en contra", "tests": "pruebas", "none": "ninguna de estas", "ask": "preguntar o pedir",
        "known": "conocida", "years": "años", "not": "sin", Sex.FEMALE: "mujer", Sex.MALE: "varón",
        Urgency.EMERGENCY: "emergencia", Urgency.URGENT: "urgente", Urgency.SOON: "pronto", Urgency.ROUTINE: "rutina",
    },
}  # fmt: skip


def show(
    id: str,  # noqa: A002
    found: Differential,
    console: Console,
    *,
    language: str,
    names: Mapping[str, str] | None = None,
) -> None:
    """Print what may explain the case ``id``, in ``language``, and that it is no diagnosis.

    ``names`` are what findings are called; one without a name is told in the words it was read from.
    """
    width = min(console.width, _WIDEST)
    console.print(Rule(Text(shown(id)), align="left", style="dim"), width=width)
    for block in _View(found, language, names or {}).blocks():
        console.print(Padding(block, (0, 2)), width=width)
    console.print()


class _View:
    """One differential, in the words of one language."""

    def __init__(self, found: Differential, language: str, names: Mapping[str, str]) -> None:
        self._found = found
        self._words = _WORDS[language]
        self._notice = NOTICE[language]
        self._names = names

    def blocks(self) -> Iterator[RenderableType]:
        yield from self._case()
        for alarm in self._found.alarms:
            line = Text(f"{self._words['alarm'].upper()} ", style="bold red")
            yield line.append(f"{alarm.name}: {', '.join(alarm.conditions)}", style="not bold")
        yield Text()
        yield self._table()
        yield Text()
        if self._found.questions:
            names = (each.name for each in self._found.questions[:_MOST_QUESTIONS])
            yield self._line("ask", ", ".join(names))
        yield from (Text(f"({shown(each)})", style="dim") for each in self._found.warnings)
        yield Text(self._notice, style="italic")

    def _case(self) -> Iterator[Text]:
        case = self._found.case
        who = [f"{case.age:.3g} {self._words['years']}"] if case.age is not None else []
        who += [self._words[case.sex]] if case.sex in self._words else []
        there = [self._name(each) for each in case.observed if each.present]
        told = {
            "there": [*who, *there],
            "absent": [self._name(each) for each in case.observed if not each.present],
            "unmatched": [_flat(words) for words in case.unmatched],
        }
        yield from (self._line(label, ", ".join(dict.fromkeys(words))) for label, words in told.items() if words)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(justify="right")
        table.add_column()
        for each in self._found.hypotheses:
            table.add_row(Text(_sure(each.confidence), style="bold"), self._hypothesis(each))
        table.add_row(_sure(self._found.none_of_these), self._words["none"])
        return table

    def _hypothesis(self, each: Hypothesis) -> Text:
        view = Text(each.name, style="bold")
        view.append(f"  {each.code.code}  ", style="not bold dim")
        view.append(self._words[each.urgency], style=f"not bold {_LOOKS[each.urgency]}")
        if each.is_known:
            view.append(f", {self._words['known']}", style="not bold")
        reasons = {
            "for": self._reasons(each.supporting, "×"),
            "against": self._reasons(each.opposing, "÷"),
            "tests": list(each.tests[:_MOST_TESTS]),
        }
        for label, told in reasons.items():
            if told:
                # A test may have a comma in its name.
                between = "; " if label == "tests" else ", "
                view.append("\n").append_text(self._line(label, between.join(told)))
        return view

    def _reasons(self, weighed: Iterable[Weighed], sign: str) -> list[str]:
        return [f"{self._reason(each)} {sign}{_times(each.weight)}" for each in list(weighed)[:_MOST_REASONS]]

    def _reason(self, each: Weighed) -> str:
        observed = each.observed
        if observed.source is None and observed.told.replace(".", "").isdigit():
            return f"{each.name} {observed.told}"
        return each.name if observed.present else f"{self._words['not']} {each.name}"

    def _name(self, observed: Observed) -> str:
        return self._names.get(observed.finding) or _flat(observed.told)

    def _line(self, label: str, told: str) -> Text:
        line = Text(f"{self._words[label]}: ", style="not bold dim")
        return line.append(told, style="not dim")


def _sure(share: float) -> str:
    return "<1%" if share < 0.01 else percent(share)


def _times(weight: float) -> str:
    """Return by how much a weight multiplies the odds, or divides them."""
    odds = math.exp(abs(weight))
    return f"{odds:.0f}" if odds >= 10 else f"{odds:.1f}"


def _flat(words: str) -> str:
    return " ".join(shown(words).split())
