from __future__ import annotations

import re
from io import StringIO

from rich.console import Console

from epicrisis.cli.terminal import legend, show
from epicrisis.domain.assertions import Status
from tests.unit.formats.samples import sample

STRUCK, RED = "9", "31"


def seen(*, colours: bool) -> str:
    screen = StringIO()
    show(
        sample(), Console(file=screen, width=100, force_terminal=colours, color_system="standard" if colours else None)
    )
    return screen.getvalue()


def test_colours_say_what_a_finding_is_and_strikes_that_it_is_absent() -> None:
    codes = re.search(r"\x1b\[([\d;]+)mchest", seen(colours=True))

    assert codes is not None
    assert {STRUCK, RED} <= set(codes[1].split(";"))


def test_without_colours_brackets_and_signs_say_the_same() -> None:
    text = " ".join(seen(colours=False).split())

    assert "Mother had a [stroke]." in text
    assert "[chest pain −] 🫀" in text
    assert "[aspirin] [81 mg]" in text


def test_the_table_says_when_whose_how_sure_and_why() -> None:
    lines = [" ".join(line.split()) for line in seen(colours=False).splitlines()]

    assert "stroke problem present, past, family 97% Mother" in lines
    assert "chest pain problem absent 90% Denies" in lines
    assert "aspirin medication present 60% rules: absent (Denies)" in lines


def test_the_legend_explains_every_sign() -> None:
    text = legend().plain

    assert [status for status in Status if status is not Status.PRESENT and status.value.lower() not in text] == []
