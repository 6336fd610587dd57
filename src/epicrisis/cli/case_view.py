"""Similar cases for people at a terminal: how similar, what it turned out to be, what both have, and what not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from epicrisis.domain.patients import Sex
from epicrisis.engines.differential.naming import names_in
from epicrisis.formats.cases import NOTICE
from epicrisis.formats.wording import shown

if TYPE_CHECKING:
    from rich.console import Console

    from epicrisis.domain.cases import KeptCase, SimilarCase

_WIDEST = 100

_WORDS = {
    "en": {
        "open": "outcome not known yet", "shared": "both have", "both_absent": "neither has",
        "opposed": "told apart by", "only_asked": "not told of this case", "only_kept": "told of this case alone",
        "years": "years", "none": "No case is kept that this can be compared with.", "unmatched": "not understood",
        Sex.FEMALE: "female", Sex.MALE: "male",
    },
    "es": {
        "open": "desenlace aún desconocido", "shared": "ambos tienen", "both_absent": "ninguno tiene",
        "opposed": "los distingue", "only_asked": "no consta en este caso", "only_kept": "solo consta en este caso",
        "years": "años", "none": "No hay ningún caso guardado con el que comparar.", "unmatched": "no entendido",
        Sex.FEMALE: "mujer", Sex.MALE: "varón",
    },
}  # fmt: skip


def show_similar(
    cases: Sequence[SimilarCase], console: Console, *, language: str, unmatched: Iterable[str] = ()
) -> None:
    """Print ``cases``, the most similar first, in ``language``, and that none of them is a diagnosis."""
    width = min(console.width, _WIDEST)
    language = language if language in _WORDS else "en"
    words = _WORDS[language]
    for each in cases:
        console.print(Text(f"{each.score:.2f}  ", style="bold").append_text(_head(each.case, language)), width=width)
        for line in _why(each, language):
            console.print(Padding(line, (0, 0, 0, 6)), width=width)
    if not cases:
        console.print(words["none"], width=width)
    if told := ", ".join(unmatched):
        console.print(Text(f"({words['unmatched']}: {shown(told)})", style="dim"), width=width)
    console.print(Text(NOTICE[language], style="italic"), width=width)


def head_of(case: KeptCase, language: str) -> str:
    """Return the id of a case, what it turned out to be, and of whom it is."""
    return f"{case.id}  {_head(case, language if language in _WORDS else 'en').plain}"


def _head(case: KeptCase, language: str) -> Text:
    words = _WORDS[language]
    if case.outcome is None:
        head = Text(words["open"], style="dim")
    else:
        head = Text(f"{case.outcome.display or case.outcome.code}  ", style="bold")
        head.append(case.outcome.code, style="not bold dim")
    who = [f"{case.age:.3g} {words['years']}"] if case.age is not None else []
    who += [words[case.sex]] if case.sex in words else []
    return head.append(f"  {', '.join(who)}" if who else "", style="not bold")


def _why(similar: SimilarCase, language: str) -> Iterator[Text]:
    told, names, words = similar.compared, names_in(language), _WORDS[language]
    for label, findings in (
        ("shared", told.shared),
        ("both_absent", told.both_absent),
        ("opposed", told.opposed),
        ("only_asked", told.only_asked),
        ("only_kept", told.only_kept),
    ):
        if findings:
            named = ", ".join(names.get(each, each) for each in findings)
            yield Text(f"{words[label]}: ", style="dim").append(named, style="not dim")
    yield Text(similar.case.id, style="dim")
