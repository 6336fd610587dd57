r"""The small language that names places in a JSON value.

Steps are separated by dots: ``patient.address.city``. ``*`` is any one step, ``**`` any number of them, also none.
A list is not a step: what holds for a value holds for each of a list of them. ``\.`` is a dot inside a step.
A rule speaks of the value at the end of its path: ``address.**`` is everything inside, ``**.city`` every city.
Where several rules name one place, the last of them is followed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum

from epicrisis.errors import InvalidInput
from epicrisis.formats.redacting.actions import Action, action_of

Path = tuple[str, ...]

_STEP = re.compile(r"(?:[^.\\]|\\.)+")


class _Wild(Enum):
    """A step that is no name; the name ``*`` is written with a backslash."""

    ONE = "*"
    ANY = "**"


_Steps = tuple[str | _Wild, ...]


class Rules:
    """Rules in the order in which they were given."""

    def __init__(self, rules: Mapping[str, str]) -> None:
        """Read ``rules``, from path to action.

        Raises:
            InvalidInput: a path has an empty step, or an action is not known.
        """
        self._rules = [(_steps(path), action_of(word)) for path, word in rules.items()]
        self._known: dict[tuple[Path, ...], Action | None] = {}

    def action(self, *paths: Path) -> Action | None:
        """Return what is done about the value that ``paths`` all name, ``None`` where no rule speaks of it."""
        if paths not in self._known:
            self._known[paths] = self._look_up(paths)
        return self._known[paths]

    def _look_up(self, paths: tuple[Path, ...]) -> Action | None:
        for steps, action in reversed(self._rules):
            if any(_names(steps, path) for path in paths):
                return action
        return None


def _steps(path: str) -> _Steps:
    steps = _STEP.findall(path)
    if not steps or ".".join(steps) != path:
        raise InvalidInput("A path has an empty step; write steps with one dot between: patient.name.")
    return tuple(_Wild(step) if step in {"*", "**"} else re.sub(r"\\(.)", r"\1", step) for step in steps)


def _names(steps: _Steps, path: Path) -> bool:
    """Return whether ``steps`` name ``path``; every way through them is gone at once, or many ``**`` would be slow."""
    reached = _onward(steps, {0})
    for name in path:
        fitting = {at for at in reached if at < len(steps) and (isinstance(steps[at], _Wild) or steps[at] == name)}
        reached = _onward(steps, {at if steps[at] is _Wild.ANY else at + 1 for at in fitting})
    return len(steps) in reached


def _onward(steps: _Steps, reached: set[int]) -> set[int]:
    """Return the places in ``steps`` that are ``reached``, and those behind a ``**`` that stands for no step."""
    onward = set(reached)
    for at, step in enumerate(steps):
        if at in onward and step is _Wild.ANY:
            onward.add(at + 1)
    return onward
