"""Settings, errors, routes, commands and engines are in the reference, or this says which one is missing."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

import pytest

from epicrisis.engines.registry import Group
from tests.docs.tables import REFERENCE, TABLES

ALL = [(page, table) for page, tables in TABLES.items() for table in tables]


def rows(table: str) -> set[str]:
    return {line for line in table.splitlines() if line and set(line) - set("|- ")}


@pytest.mark.parametrize(("page", "table"), ALL, ids=[table.__name__ for _, table in ALL])
def test_the_reference_says_what_the_code_does(page: str, table: Callable[[], str]) -> None:
    text = (REFERENCE / page).read_text(encoding="utf-8")
    name = table.__name__.replace("_", "-")
    shown = rows(text.partition(f"<!-- {name} -->")[2].partition(f"<!-- end of {name} -->")[0])
    wanted = rows(table())

    assert wanted - shown == set(), f"missing in {page}; `python -m tests.docs.tables` writes it"
    assert shown - wanted == set(), f"no longer so in {page}; `python -m tests.docs.tables` writes it"


@pytest.mark.parametrize("group", list(Group), ids=lambda group: group.value)
def test_every_engine_has_its_paragraph(group: Group) -> None:
    text = (REFERENCE / "engines.md").read_text(encoding="utf-8")
    part = text.partition(f"## `{group.value}`")[2].partition("\n## ")[0]

    assert [point.name for point in entry_points(group=group.value) if f"\n### {point.name}\n" not in part] == []
