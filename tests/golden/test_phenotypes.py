"""The names of ``phenotypes.py``, each asked alone."""

from __future__ import annotations

import pytest

from epicrisis.engines.record_contracts import Coded, CodeLinker, Mention
from epicrisis.engines.registry import code_linker
from tests.golden.phenotypes import CASES, NONE, WEAK


@pytest.fixture(scope="module")
def linker() -> CodeLinker:
    return code_linker("hpo")


def first(linker: CodeLinker, name: str) -> str | None:
    [codes] = linker.link([Mention(name, Coded.PROBLEM, sentence=f"There was {name}.")])
    return codes[0].code if codes else None


@pytest.mark.parametrize(("name", "code"), CASES)
def test_a_phenotype_has_its_term(linker: CodeLinker, name: str, code: str) -> None:
    assert first(linker, name) == code


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_phenotype_has_none(linker: CodeLinker, name: str) -> None:
    assert first(linker, name) is None


@pytest.mark.parametrize(
    ("name", "code"), [pytest.param(name, code, marks=pytest.mark.xfail(reason=why)) for name, code, why in WEAK]
)
def test_what_it_cannot_read_yet(linker: CodeLinker, name: str, code: str) -> None:
    assert first(linker, name) == code
