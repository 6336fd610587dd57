from __future__ import annotations

import json
import shutil
from importlib.metadata import EntryPoint

import pytest

from epicrisis.cli.faults import ExitCode
from epicrisis.engines import registry
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.registry import Group
from tests.unit.cli.shell import run


def test_shows_each_engine_once_with_what_it_can_do_and_what_it_gets_wrong() -> None:
    result = run("engines")

    text = " ".join(result.stdout.split())
    assert "lexicon 1 entity engine · en, es" in text
    assert "Finds no values, and doses, routes, frequencies and durations in Spanish notes only." in text
    # An engine that runs a program is told among the others where that is installed, else with what is missing.
    missing = {name for name in ("tesseract",) if shutil.which(name) is None}
    assert result.exit_code == (ExitCode.SOME_FAILED if missing else 0)
    for name in {name for group in Group for name in registry.installed(group)}:
        lines = (result.stderr if name in missing else result.stdout).splitlines()
        told = f"error: {name}: " if name in missing else f"{name} "
        assert any(line.startswith(told) for line in lines)


def test_engines_are_told_apart_though_none_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def prove(group: Group, name: str) -> EngineCard:
        return EngineCard(name, version="1", summary=f"A {group.noun}.", languages=("en",))

    monkeypatch.setattr(registry, "prove", prove)

    cards = json.loads(run("engines", "--json").stdout)

    assert len(cards) == sum(len(registry.installed(group)) for group in Group)


def test_prints_whole_cards_as_json() -> None:
    cards = json.loads(run("engines", "--json").stdout)

    [lexicon] = [card for card in cards if card["name"] == "lexicon"]
    assert lexicon["capabilities"] == ["entity engine"]
    assert {"version", "summary", "languages", "trained_on", "licence", "scores", "limits", "sha256"} <= set(lexicon)


def test_an_engine_that_cannot_be_used_is_told_beside_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def entry_points(*, group: str, name: str | None = None) -> list[EntryPoint]:
        points = {
            Group.ENTITIES: [EntryPoint("lexicon", "epicrisis.engines.entities.lexicon:build", group)],
            Group.READERS: [EntryPoint("broken", "epicrisis.no_such_module:build", group)],
        }
        return [point for point in points.get(Group(group), []) if name in (None, point.name)]

    monkeypatch.setattr(registry, "entry_points", entry_points)

    result = run("engines", "--json")

    assert result.exit_code == 1
    assert [card["name"] for card in json.loads(result.stdout)] == ["lexicon"]
    assert result.stderr.startswith("error: broken: The note reader 'broken' cannot be imported")
