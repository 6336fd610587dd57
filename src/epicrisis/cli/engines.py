"""``epicrisis engines``: what is installed, and what each engine says of itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from epicrisis.cli.faults import ExitCode, say
from epicrisis.cli.options import AsJson
from epicrisis.engines import registry
from epicrisis.engines.registry import Group
from epicrisis.errors import EpicrisisError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from epicrisis.engines.contracts import EngineCard


def engines(as_json: AsJson = False) -> None:
    """List the engines: what each reads, what it learnt from, how it scores, what it gets wrong."""
    from epicrisis.cli.outputs import write_json
    from epicrisis.cli.terminal import Screen

    cards, broken = _cards()
    if as_json:
        write_json(cards)
    else:
        screen = Screen()
        for card in cards:
            screen.print(_view(card))
    for name, error in broken:
        say(error.code, f"{name}: {error}")
    if broken:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _cards() -> tuple[list[dict[str, Any]], list[tuple[str, EpicrisisError]]]:
    """Return each card with what its engine can do, and why the other engines cannot be used."""
    # Told apart by what they are and not by what they say, so each is held as long as others are compared with it.
    held: list[EngineCard] = []
    told: list[dict[str, Any]] = []
    broken: list[tuple[str, EpicrisisError]] = []
    for group in Group:
        for name in registry.installed(group):
            try:
                card = registry.prove(group, name)
            except EpicrisisError as error:
                broken.append((name, error))
            else:
                place = next((place for place, each in enumerate(held) if each is card), len(held))
                if place == len(held):
                    held.append(card)
                    told.append({**asdict(card), "name": name, "capabilities": []})
                told[place]["capabilities"].append(group.noun)
    return told, broken


def _view(card: dict[str, Any]) -> RenderableType:
    from rich.console import Group as Stack
    from rich.padding import Padding
    from rich.text import Text

    head = Text(card["name"], style="bold")
    head.append(f" {card['version']}", style="not bold")
    head.append(f"  {', '.join(card['capabilities'])} · {', '.join(card['languages'])}", style="not bold cyan")
    lines = [Text(card["summary"])]
    if card["trained_on"]:
        lines.append(Text(f"Learnt from {', '.join(card['trained_on'])}.", style="dim"))
    if card["scores"]:
        lines.append(Text(", ".join(f"{name} {score:.3g}" for name, score in card["scores"].items()), style="dim"))
    about = [Padding(line, (0, 0, 0, 2)) for line in lines]
    limits = [Padding(Text(limit, style="dim"), (0, 0, 0, 4)) for limit in card["limits"]]
    return Stack(head, *about, *limits, "")
