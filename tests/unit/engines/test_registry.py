from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import EntryPoint

import pytest

from epicrisis.engines import registry
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.entities.lexicon import LexiconEntityEngine
from epicrisis.engines.registry import Group
from epicrisis.errors import UnknownEngine, UnknownLanguage


class Counted:
    """An engine that knows how often it was built."""

    built = 0
    card = EngineCard(name="counted", version="1", summary="Counts.", languages=("en",))


def build_counted() -> Counted:
    Counted.built += 1
    return Counted()


class Heavy:
    """What builds an engine and can tell its card before."""

    card = EngineCard(name="heavy", version="1", summary="Weighs much.", languages=("es",))

    def __call__(self) -> Counted:
        raise AssertionError("built")


build_heavy = Heavy()


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave one engine installed: one module that answers to a name in two groups, and one that cannot be imported."""
    points = {
        Group.READERS: [EntryPoint("counted", f"{__name__}:build_counted", Group.READERS)],
        Group.ASSERTION: [
            EntryPoint("counted", f"{__name__}:build_counted", Group.ASSERTION),
            EntryPoint("broken", "epicrisis.engines.no_such_module:build", Group.ASSERTION),
        ],
        Group.ENTITIES: [],
        Group.IDENTIFIERS: [],
    }

    def entry_points(*, group: str, name: str | None = None) -> list[EntryPoint]:
        return [point for point in points.get(Group(group), []) if name in (None, point.name)]

    monkeypatch.setattr(registry, "entry_points", entry_points)
    monkeypatch.setattr(registry, "_built", {})
    monkeypatch.setattr(Counted, "built", 0)


def test_finds_what_the_package_installs() -> None:
    assert registry.installed("epicrisis.readers") == ("model", "rules", "spanish")
    assert registry.installed(Group.ASSERTION) == ("model", "rules", "spanish")
    assert registry.installed(Group.ENTITIES) == ("lexicon", "model", "spanish")
    assert registry.installed(Group.IDENTIFIERS) == ("model", "patterns", "spanish")


def test_returns_the_same_engine_each_time() -> None:
    first = registry.entity_engine("lexicon")

    assert isinstance(first, LexiconEntityEngine)
    assert registry.entity_engine("lexicon") is first


@pytest.mark.parametrize(
    ("find", "message"),
    [
        (registry.assertion_engine, "No assertion engine 'oracle'; try one of ['model', 'rules', 'spanish']."),
        (registry.entity_engine, "No entity engine 'oracle'; try one of ['lexicon', 'model', 'spanish']."),
        (registry.note_reader, "No note reader 'oracle'; try one of ['model', 'rules', 'spanish']."),
    ],
)
def test_lists_what_there_is_when_asked_for_what_there_is_not(find: object, message: str) -> None:
    with pytest.raises(UnknownEngine) as refused:
        find("oracle")  # type: ignore[operator]

    assert str(refused.value) == message


def test_refuses_a_language_the_engine_does_not_read() -> None:
    with pytest.raises(UnknownLanguage, match=r"'lexicon' does not read 'fi'; it reads \['en', 'es'\]"):
        registry.entity_engine("lexicon", language="fi")


@pytest.mark.usefixtures("only")
def test_says_which_engine_cannot_be_imported_and_which_others_there_are() -> None:
    with pytest.raises(UnknownEngine, match=r"'broken' cannot be imported .*; .* \['broken', 'counted'\]"):
        registry.assertion_engine("broken")


@pytest.mark.usefixtures("only")
def test_refuses_an_engine_that_cannot_do_what_its_line_says() -> None:
    with pytest.raises(UnknownEngine, match="'counted' does not fulfil the contract of assertion engines"):
        registry.assertion_engine("counted")


@pytest.mark.usefixtures("only")
def test_builds_an_engine_once_for_all_its_groups_and_all_threads() -> None:
    groups = [Group.READERS, Group.ASSERTION] * 8

    with ThreadPoolExecutor(max_workers=8) as threads:
        cards = list(threads.map(lambda group: registry.card(group, "counted"), groups))

    assert Counted.built == 1
    assert {card.name for card in cards} == {"counted"}


def test_shows_the_card_of_an_engine_and_leaves_its_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("heavy", f"{__name__}:build_heavy", Group.READERS)
    monkeypatch.setattr(registry, "entry_points", lambda *, group, name=None: [point] if group == point.group else [])
    monkeypatch.setattr(registry, "_built", {})

    assert registry.card(Group.READERS, "heavy", "es") is Heavy.card
    assert registry.cards() == [Heavy.card]
    with pytest.raises(UnknownLanguage, match=r"'heavy' does not read 'en'; it reads \['es'\]"):
        registry.card(Group.READERS, "heavy", "en")
    with pytest.raises(AssertionError, match="built"):
        registry.prove(Group.READERS, "heavy")


@pytest.mark.usefixtures("only")
def test_shows_the_card_of_each_engine_that_works_once() -> None:
    assert [card.name for card in registry.cards()] == ["counted"]
