"""Policies are read strictly: what is forgotten or misspelt is told, and never means `keep`."""

from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.domain.redactions import Operator
from epicrisis.engines.privacy.policies import all_policies, find, policy_file, policy_of, shipped
from epicrisis.errors import InvalidPolicy, UnknownPolicy

GOOD = 'summary = "All is masked."\n[operators]\n' + "\n".join(f'{kind.name} = "mask"' for kind in IdentifierKind)

FAULTS = {
    "no TOML": ("summary = ", "is not TOML"),
    "no summary": (GOOD.replace("All is masked.", " "), "no summary"),
    "no operators": ('summary = "Nothing."', r"no table \[operators\]"),
    "a kind forgotten": (GOOD.replace('SSN = "mask"', ""), "says nothing of .*SSN"),
    "a kind nobody knows": (GOOD + '\nSHOE = "mask"', "there are no kinds .*SHOE"),
    "an operator nobody knows": (GOOD.replace('SSN = "mask"', 'SSN = "hide"'), "SSN takes one of"),
    "an operator that is a list": (GOOD.replace('SSN = "mask"', 'SSN = ["mask"]'), "SSN takes one of"),
    "a name that moves by days": (GOOD.replace('NAME = "mask"', 'NAME = "shift"'), "NAME cannot take 'shift'"),
    "a date drawn at random": (GOOD.replace('DATE = "mask"', 'DATE = "surrogate"'), "DATE cannot take 'surrogate'"),
    "a wider number": (GOOD.replace('MRN = "mask"', 'MRN = "generalise"'), "MRN cannot take 'generalise'"),
    "a key nobody reads": ('keep = "NAME"\n' + GOOD, "mean nothing"),
    "a mask that runs into words": ('mask = "x"\n' + GOOD, "the mask is capital letters"),
    "an age of words": ('ages_up_to = "old"\n' + GOOD, "a whole number of years"),
    "a finer label in small letters": (GOOD + '\n[finer]\nzip = "mask"', "not written as labels are"),
}


@pytest.mark.parametrize(("content", "told"), FAULTS.values(), ids=FAULTS)
def test_says_what_is_wrong_with_a_policy(content: str, told: str) -> None:
    with pytest.raises(InvalidPolicy, match=told):
        policy_of("mine", content)


def test_reads_a_policy_of_an_installation(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD + '\n[finer]\nZIP = "generalise"', encoding="utf-8")

    policy = all_policies(tmp_path)["mine"]

    assert policy.operators[IdentifierKind.NAME] is Operator.MASK
    assert policy.finer == {"ZIP": Operator.GENERALISE}


def test_lets_nobody_replace_a_policy_we_ship(tmp_path: Path) -> None:
    (tmp_path / "safe-harbor.toml").write_text(GOOD, encoding="utf-8")

    with pytest.raises(InvalidPolicy, match="give it another"):
        all_policies(tmp_path)


def test_says_that_a_folder_or_a_file_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidPolicy, match="no folder"):
        all_policies(tmp_path / "policies")
    with pytest.raises(InvalidPolicy, match="cannot be read"):
        policy_file(tmp_path / "mine.toml")


def test_lists_the_policies_there_are_and_repeats_no_word_of_who_asks() -> None:
    with pytest.raises(UnknownPolicy, match="safe-harbor") as error:
        find(shipped(), "Ana Ruiz Prueba")

    assert "Ana" not in str(error.value)


@pytest.mark.parametrize("name", ["safe-harbor", "gdpr", "research", "contract-h", "limited-data-set"])
def test_no_policy_we_ship_keeps_what_names_a_person(name: str) -> None:
    direct = {"NAME", "PHONE", "FAX", "EMAIL", "SSN", "MRN", "HEALTH_PLAN", "ACCOUNT", "LICENSE", "URL", "IP"}
    operators = shipped()[name].operators

    assert {kind.name for kind in IdentifierKind if operators[kind] is Operator.KEEP}.isdisjoint(direct)
