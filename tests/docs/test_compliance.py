"""The compliance page: each requirement has its row, and whatever test, setting, route or command it names is there."""

from __future__ import annotations

import re
from functools import cache

import pytest
import typer
from typer.core import TyperGroup

from epicrisis.cli.main import app as cli
from epicrisis.domain.redactions import Operator
from epicrisis.engines.privacy.policies import USUAL, shipped
from epicrisis.settings import Settings, variables_of
from tests.docs.pages import ROOT
from tests.serving import app_with

PAGE = ROOT / "docs" / "explanation" / "compliance.md"
TEXT = PAGE.read_text(encoding="utf-8")
# Where a requirement is met by nobody but whoever runs it, the third cell has this instead of a test.
NO_TEST = "—"

REQUIREMENTS = {
    "HIPAA: technical safeguards": [
        "(a)(1)", "(a)(2)(i)", "(a)(2)(ii)", "(a)(2)(iii)", "(a)(2)(iv)", "(b)", "(c)(1)", "(c)(2)", "(d)", "(e)(1)",
        "(e)(2)(i)", "(e)(2)(ii)",
    ],
    "HIPAA: de-identification": ["(a)", "(b)(1)", "(b)(2)(i)", "(b)(2)(ii)", "(c)(1)", "(c)(2)"],
    "The 18 identifiers": [f"({letter})" for letter in "ABCDEFGHIJKLMNOPQR"],
    "HIPAA: limited data sets": ["(e)(1)", "(e)(2)", "(e)(3)", "(e)(4)"],
    "GDPR": [
        "4(5)", "5(1)(a)", "5(1)(b)", "5(1)(c)", "5(1)(d)", "5(1)(e)", "5(1)(f)", "5(2)", "6", "9", "15", "16", "17",
        "25", "30", "32(1)(a)", "32(1)(b)", "32(1)(c)", "32(1)(d)", "33", "35", "89",
    ],
    "SOC 2": [
        *(f"CC6.{number}" for number in range(1, 9)), *(f"CC7.{number}" for number in range(1, 5)), "CC8.1", "A1.1",
        "A1.2", "A1.3", "C1.1", "C1.2", *(f"P{number}" for number in range(1, 9)),
    ],
}  # fmt: skip

_CODE = re.compile(r"`([^`]+)`")
_TEST = re.compile(r"\btests/[\w/]+(?:\.py)?")
_VARIABLE = re.compile(r"\b(?:EPICRISIS_[A-Z_]+|[A-Z]+(?:_[A-Z]+)*_(?:URL|KEY|MINUTE))\b")
_ROUTE = re.compile(r"(GET|POST) (/\S+)")
_FILE = re.compile(r"[\w/.-]*\w/[\w/.-]+\.(?:py|toml|yaml|js)|[\w-]+\.toml")
_LABEL = re.compile(r"(?<!\])\[([^\]]+)\](?![(:])")
_DEFINED = re.compile(r"^\[([^\]]+)\]: (\S+)$", re.MULTILINE)


@cache
def rows(heading: str) -> list[list[str]]:
    """Return the cells of each row of the table below ``heading``."""
    part = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[2:]]


def codes() -> list[str]:
    return _CODE.findall(TEXT)


@pytest.mark.parametrize("heading", REQUIREMENTS)
def test_every_requirement_has_one_row_in_the_order_of_its_source(heading: str) -> None:
    assert [row[0].split(maxsplit=1)[0] for row in rows(heading)] == REQUIREMENTS[heading]


@pytest.mark.parametrize("heading", REQUIREMENTS)
def test_every_row_says_what_is_here_what_shows_it_and_what_is_left_to_do(heading: str) -> None:
    for row in rows(heading):
        assert len(row) == 4, row
        assert all(row), row
        # What no test shows is not claimed: the row begins with what is not there.
        nothing = row[1].startswith(("Nothing", "No "))
        assert (row[2] == NO_TEST) <= nothing, row
        assert row[2] == NO_TEST or _LABEL.search(row[2]), row


def test_safe_harbor_takes_no_code_from_the_person_and_is_what_is_meant_where_none_is_named() -> None:
    policy = shipped()["safe-harbor"]

    assert policy.name == USUAL
    assert {*policy.operators.values(), *policy.finer.values()} == {Operator.KEEP, Operator.LABEL, Operator.GENERALISE}


def test_every_test_named_exists() -> None:
    named = set(_TEST.findall(TEXT))

    assert len(named) > 30
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_label_is_defined_and_used_and_leads_somewhere() -> None:
    plain = _CODE.sub("", TEXT)
    defined = dict(_DEFINED.findall(TEXT))
    used = set(_LABEL.findall(_DEFINED.sub("", plain)))

    assert used - set(defined) == set()
    assert set(defined) - used == set()
    assert [target for target in defined.values() if not (PAGE.parent / target.partition("#")[0]).exists()] == []


def test_every_setting_named_exists() -> None:
    known = {variable for name in Settings.model_fields for variable in variables_of(name)}

    assert set(_VARIABLE.findall(TEXT)) - known == set()


def test_every_route_named_exists() -> None:
    paths = app_with().openapi()["paths"]

    named = {found.groups() for code in codes() if (found := _ROUTE.fullmatch(code))}
    assert named
    assert [(method, path) for method, path in sorted(named) if method.lower() not in paths.get(path, {})] == []


def test_every_command_named_exists() -> None:
    named = [code.split()[1:] for code in codes() if code.startswith("epicrisis ")]

    assert named
    for words in named:
        group = typer.main.get_command(cli)
        while isinstance(group, TyperGroup):
            word, *words = words
            assert word in group.commands, word
            group = group.commands[word]
        options = {option for parameter in group.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_every_file_and_policy_named_exists() -> None:
    places = [ROOT, ROOT / "src" / "epicrisis"]
    named = {code for code in codes() if _FILE.fullmatch(code)}

    assert [name for name in sorted(named) if not any((place / name).exists() for place in places)] == []
    assert {"safe-harbor", "limited-data-set", "gdpr", "research"} <= {
        each for each in shipped() if f"`{each}`" in TEXT
    }
