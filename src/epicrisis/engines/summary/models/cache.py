"""Loaded models under a memory budget: each loaded once, those asked for longest ago given back first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition
from typing import TypeAlias

from epicrisis.engines.summary.models.contracts import LanguageModel

Load: TypeAlias = Callable[[], LanguageModel]


@dataclass(slots=True)
class _Place:
    """A model, or the one who is loading it, and how many use it now."""

    model: LanguageModel | None = None
    users: int = 0


class LoadedModels:
    """Keeps models loaded while their weights together take at most ``budget_bytes``.

    A model in use is never given back, so the last one asked for is served even where it alone is over the budget;
    it goes when its last user does.
    """

    def __init__(self, budget_bytes: int) -> None:
        self.budget_bytes = budget_bytes
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._changed = Condition()

    @property
    def names(self) -> tuple[str, ...]:
        """Return which models are loaded, those asked for longest ago first."""
        with self._changed:
            return tuple(name for name, place in self._places.items() if place.model is not None)

    @contextmanager
    def borrowed(self, name: str, load: Load) -> Iterator[LanguageModel]:
        """Yield the model ``name``, by ``load`` where it is not there yet; others who want it wait for that one load.

        Raises:
            EpicrisisError: what ``load`` raises; the next who asks tries again.
        """
        model = self._taken(name, load)
        try:
            yield model
        finally:
            with self._changed:
                self._places[name].users -= 1
                out = self._over_budget()
            _close(out)

    def close(self) -> None:
        """Give every model back that nobody uses."""
        with self._changed:
            idle = [name for name, place in self._places.items() if place.model is not None and not place.users]
            out = [self._places.pop(name).model for name in idle]
        _close(out)

    def _taken(self, name: str, load: Load) -> LanguageModel:
        with self._changed:
            while (place := self._places.get(name)) is not None and place.model is None:
                self._changed.wait()
            if place is not None and place.model is not None:
                place.users += 1
                self._places.move_to_end(name)
                return place.model
            self._places[name] = _Place()
        try:
            model = load()
        except BaseException:
            with self._changed:
                del self._places[name]
                self._changed.notify_all()
            raise
        with self._changed:
            self._places[name] = _Place(model, users=1)
            out = self._over_budget()
            self._changed.notify_all()
        _close(out)
        return model

    def _over_budget(self) -> list[LanguageModel | None]:
        """Take out what is over the budget and not in use, and return it."""
        out: list[LanguageModel | None] = []
        held = sum(place.model.card.size_bytes for place in self._places.values() if place.model is not None)
        for name, place in list(self._places.items()):
            if held <= self.budget_bytes:
                break
            if place.model is not None and not place.users:
                held -= place.model.card.size_bytes
                out.append(self._places.pop(name).model)
        return out


def _close(models: list[LanguageModel | None]) -> None:
    # Outside the lock: giving memory back takes a while.
    for model in models:
        if model is not None:
            model.close()
