"""Every place our pages point to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, pages

_LINK = re.compile(r"\[[^\]|]*\]\((?!\w+:|#)(?P<target>[^)#\s]+)(?:#[^)]*)?\)")
_MAKE = re.compile(r"\bmake ([a-z]+)\b")


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = [found["target"] for found in _LINK.finditer(page.read_text(encoding="utf-8"))]

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached = set[Path]()
    ahead = [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        for found in _LINK.finditer(page.read_text(encoding="utf-8")):
            target = (page.parent / found["target"]).resolve()
            ahead.extend([*target.glob("*.md")] if target.is_dir() else [target])

    assert sorted(page.relative_to(ROOT) for page in set(pages()) - reached) == []


def test_the_readme_asks_make_only_for_what_it_can_do() -> None:
    asked = set(_MAKE.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    offered = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert {"run", "test"} <= asked
    assert asked <= offered


def test_every_promise_that_is_kept_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [
        test.name for test in sorted((ROOT / "tests" / "promises").glob("test_*.py")) if test.name not in readme
    ] == []
