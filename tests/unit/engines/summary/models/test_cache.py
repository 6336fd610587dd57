from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from epicrisis.engines.summary.models.cache import LoadedModels
from epicrisis.errors import MissingArtifact
from tests.language_models import RecitingModel


def loading(model: RecitingModel, loads: list[str]) -> Callable[[], RecitingModel]:
    def load() -> RecitingModel:
        loads.append(model.name)
        return model

    return load


def test_a_model_is_loaded_once_and_kept() -> None:
    models, loads = LoadedModels(10_000), list[str]()
    one = RecitingModel(name="one")

    for _ in range(2):
        with models.borrowed("one", loading(one, loads)) as model:
            assert model is one

    assert (loads, models.names) == (["one"], ("one",))


def test_the_one_asked_for_longest_ago_goes_when_the_budget_is_over() -> None:
    models = LoadedModels(2_000)
    some = {name: RecitingModel(name=name) for name in ("one", "two", "three")}

    for name in ("one", "two", "one", "three"):
        with models.borrowed(name, loading(some[name], [])):
            pass

    assert models.names == ("one", "three")
    assert [name for name, model in some.items() if model.is_closed] == ["two"]


def test_what_is_in_use_stays_though_the_budget_is_over() -> None:
    models = LoadedModels(1_500)
    one, two = RecitingModel(name="one"), RecitingModel(name="two")

    with models.borrowed("one", loading(one, [])):
        with models.borrowed("two", loading(two, [])):
            assert models.names == ("one", "two")
            assert not one.is_closed
        assert models.names == ("one",)

    assert (one.is_closed, two.is_closed) == (False, True)


def test_two_who_come_first_wait_for_one_load() -> None:
    models, loads, may_end = LoadedModels(10_000), list[str](), Event()

    def slow() -> RecitingModel:
        loads.append("one")
        may_end.wait(10)
        return RecitingModel(name="one")

    def ask() -> object:
        with models.borrowed("one", slow) as model:
            return model

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(ask) for _ in range(2)]
        may_end.set()
        first, second = (each.result() for each in asked)

    assert first is second
    assert loads == ["one"]


def test_a_load_that_failed_is_tried_again_by_the_next() -> None:
    models = LoadedModels(10_000)

    def failing() -> RecitingModel:
        raise MissingArtifact

    with pytest.raises(MissingArtifact), models.borrowed("one", failing):
        pass
    with models.borrowed("one", loading(RecitingModel(name="one"), [])) as model:
        assert model.card.name == "one"


def test_closing_gives_back_what_nobody_uses() -> None:
    models, one = LoadedModels(10_000), RecitingModel(name="one")
    with models.borrowed("one", loading(one, [])):
        models.close()
        assert not one.is_closed

    models.close()

    assert one.is_closed
    assert models.names == ()
