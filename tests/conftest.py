"""What the whole suite shares."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.turns import Turns, first_those_alone, is_alone, processes, told_apart

ROOT = Path(__file__).resolve().parent.parent

# Two cores that also do other work: how long one example takes says nothing, so no deadline. In CI the examples are the
# same on every run, so that a red run can be repeated here; at home each run looks somewhere new.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.register_profile("nightly", settings.get_profile("here"), max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "here"))

TURNS = pytest.StashKey[Turns]()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Say how many processes ``-n auto`` is."""
    return processes()


def pytest_configure(config: pytest.Config) -> None:
    """Let a process that is one of several wait for its turn at each test."""
    if hasattr(config, "workerinput"):
        config.stash[TURNS] = Turns(Path(config.option.basetemp).parent)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tell the tests apart, and begin with the files in which one runs alone, where it could run beside others."""
    told_apart(items)
    if TURNS in config.stash:
        items[:] = first_those_alone(items)


# Outside of everything else: who waits for a turn has not begun, so its timeout has not either.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Run a test when it is its turn."""
    if TURNS not in item.config.stash:
        return (yield)
    with item.config.stash[TURNS].taken(alone=is_alone(item)):
        return (yield)


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def examples(root: Path) -> Path:
    """Return the folder of the example notes."""
    return root / "examples"


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the server does."""
    return "asyncio"


@pytest.fixture(autouse=True)
def logging_left_as_it_was() -> Iterator[None]:
    """Undo what a test made of logging: a log that goes to the stderr pytest lent it fails once that is taken back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()
