"""Where engines are found by name: an entry point in any installed package, built once and shared."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from threading import RLock
from typing import TYPE_CHECKING, Protocol

from epicrisis.engines.case_contracts import DifferentialEngine
from epicrisis.engines.contracts import AssertionEngine, EngineCard, EntityEngine, IdentifierEngine, NoteReader
from epicrisis.engines.record_contracts import CodeLinker, ExtractionEngine, NoteSummaryEngine
from epicrisis.errors import EpicrisisError, UnknownEngine, UnknownLanguage

if TYPE_CHECKING:
    from epicrisis.engines.media_contracts import OcrEngine, SpeechEngine


class Group(StrEnum):
    """An entry-point group: one per capability."""

    READERS = "epicrisis.readers"
    ASSERTION = "epicrisis.assertion"
    ENTITIES = "epicrisis.entities"
    IDENTIFIERS = "epicrisis.identifiers"
    EXTRACTION = "epicrisis.extraction"
    CODES = "epicrisis.codes"
    OCR = "epicrisis.ocr"
    SPEECH = "epicrisis.speech"
    SUMMARIES = "epicrisis.summaries"
    DIFFERENTIAL = "epicrisis.differential"

    @property
    def noun(self) -> str:
        """Return what an engine of this group is called."""
        return _NOUNS[self]


_NOUNS = {
    Group.READERS: "note reader",
    Group.ASSERTION: "assertion engine",
    Group.ENTITIES: "entity engine",
    Group.IDENTIFIERS: "identifier engine",
    Group.EXTRACTION: "extraction engine",
    Group.CODES: "code linker",
    Group.OCR: "OCR engine",
    Group.SPEECH: "speech engine",
    Group.SUMMARIES: "summary engine",
    Group.DIFFERENTIAL: "differential engine",
}


class Carded(Protocol):
    """Anything that describes itself, as every engine does."""

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        ...


# One lock for all: an engine may ask for others while it is built, and two threads never load the same weights twice.
_lock = RLock()
# Keyed by what the entry point names, so that an engine with three capabilities is loaded once and not three times.
_built: dict[str, Carded] = {}


def installed(group: Group | str) -> tuple[str, ...]:
    """Return the names of the engines installed for ``group``, sorted."""
    return tuple(sorted({point.name for point in _offered(Group(group))}))


def assertion_engine(name: str, language: str = "en") -> AssertionEngine:
    """Return the assertion engine ``name``, which must read ``language``.

    Raises:
        UnknownEngine: no installed package offers it.
        UnknownLanguage: it does not read that language.
    """
    engine = _reading(language, Group.ASSERTION, name)
    if not isinstance(engine, AssertionEngine):
        raise _misfit(Group.ASSERTION, name)
    return engine


def entity_engine(name: str, language: str = "en") -> EntityEngine:
    """Return the entity engine ``name``, which must read ``language``; raises as ``assertion_engine`` does."""
    engine = _reading(language, Group.ENTITIES, name)
    if not isinstance(engine, EntityEngine):
        raise _misfit(Group.ENTITIES, name)
    return engine


def identifier_engine(name: str, language: str = "en") -> IdentifierEngine:
    """Return the identifier engine ``name``, which must read ``language``; raises as ``assertion_engine`` does."""
    engine = _reading(language, Group.IDENTIFIERS, name)
    if not isinstance(engine, IdentifierEngine):
        raise _misfit(Group.IDENTIFIERS, name)
    return engine


def note_reader(name: str, language: str = "en") -> NoteReader:
    """Return the note reader ``name``, which must read ``language``; raises as ``assertion_engine`` does."""
    engine = _reading(language, Group.READERS, name)
    if not isinstance(engine, NoteReader):
        raise _misfit(Group.READERS, name)
    return engine


def extraction_engine(name: str, language: str = "en") -> ExtractionEngine:
    """Return the extraction engine ``name``, which must read ``language``; raises as ``assertion_engine`` does."""
    engine = _reading(language, Group.EXTRACTION, name)
    if not isinstance(engine, ExtractionEngine):
        raise _misfit(Group.EXTRACTION, name)
    return engine


def summary_engine(name: str, language: str = "en") -> NoteSummaryEngine:
    """Return the summary engine ``name``, which must read ``language``; raises as ``assertion_engine`` does."""
    engine = _reading(language, Group.SUMMARIES, name)
    if not isinstance(engine, NoteSummaryEngine):
        raise _misfit(Group.SUMMARIES, name)
    return engine


def code_linker(name: str) -> CodeLinker:
    """Return the code linker ``name``, whatever its languages; raises as ``assertion_engine`` does."""
    linker = _engine(Group.CODES, name)
    if not isinstance(linker, CodeLinker):
        raise _misfit(Group.CODES, name)
    return linker


def differential_engine(name: str) -> DifferentialEngine:
    """Return the differential engine ``name``, whatever its languages; raises as ``assertion_engine`` does."""
    engine = _engine(Group.DIFFERENTIAL, name)
    if not isinstance(engine, DifferentialEngine):
        raise _misfit(Group.DIFFERENTIAL, name)
    return engine


# What their contracts are about is arrays, and nobody else waits for the library of those.


def ocr_engine(name: str, language: str = "en") -> OcrEngine:
    """Return the OCR engine ``name``, which must read ``language``; raises as ``assertion_engine`` does."""
    from epicrisis.engines.media_contracts import OcrEngine

    engine = _reading(language, Group.OCR, name)
    if not isinstance(engine, OcrEngine):
        raise _misfit(Group.OCR, name)
    return engine


def speech_engine(name: str) -> SpeechEngine:
    """Return the speech engine ``name``, whatever its languages; raises as ``assertion_engine`` does."""
    from epicrisis.engines.media_contracts import SpeechEngine

    engine = _engine(Group.SPEECH, name)
    if not isinstance(engine, SpeechEngine):
        raise _misfit(Group.SPEECH, name)
    return engine


def card(group: Group | str, name: str, language: str | None = None) -> EngineCard:
    """Return the card of the engine ``name`` of ``group``; weights are left where they are.

    Raises:
        UnknownEngine: no installed package offers it.
        UnknownLanguage: it does not read ``language``, where one is given.
    """
    group = Group(group)
    found = _card(group, _entry_point(group, name))
    if language is not None:
        _require(language, group, name, found)
    return found


def cards() -> list[EngineCard]:
    """Return the card of every engine, once each, but for those that tell none: `epicrisis engines` says why."""
    found: dict[str, EngineCard] = {}
    for group in Group:
        for name in installed(group):
            with suppress(EpicrisisError):
                point = _entry_point(group, name)
                found[point.value] = _card(group, point)
    return list(found.values())


def prove(group: Group | str, name: str) -> EngineCard:
    """Build the engine ``name`` of ``group``, weights and all, and return its card; raises as ``assertion_engine``."""
    return _engine(Group(group), name).card


def _reading(language: str, group: Group, name: str) -> Carded:
    engine = _engine(group, name)
    _require(language, group, name, engine.card)
    return engine


def _require(language: str, group: Group, name: str, card: EngineCard) -> None:
    if language not in card.languages:
        raise UnknownLanguage(f"The {group.noun} {name!r} does not read {language!r}; it reads {list(card.languages)}.")


def _card(group: Group, point: EntryPoint) -> EngineCard:
    """Return the card of what ``point`` names; only where what builds it tells no card, it is built for that."""
    built = _built.get(point.value)
    if built is not None:
        return built.card
    card = getattr(_builder(group, point), "card", None)
    return card if isinstance(card, EngineCard) else _engine(group, point.name).card


def _engine(group: Group, name: str) -> Carded:
    point = _entry_point(group, name)
    with _lock:
        if point.value not in _built:
            _built[point.value] = _builder(group, point)()
        return _built[point.value]


def _entry_point(group: Group, name: str) -> EntryPoint:
    for point in _offered(group):
        if point.name == name:
            return point
    raise UnknownEngine(f"No {group.noun} {name!r}; try one of {list(installed(group))}.")


def _offered(group: Group) -> tuple[EntryPoint, ...]:
    return _found(entry_points, group)


# Looking through the metadata of a hundred packages takes milliseconds, and a start asks a dozen times.
@cache
def _found(find: Callable[..., EntryPoints], group: Group) -> tuple[EntryPoint, ...]:
    return tuple(find(group=group))


def _builder(group: Group, point: EntryPoint) -> Callable[[], Carded]:
    try:
        builder: Callable[[], Carded] = point.load()
    except ImportError as cause:
        raise UnknownEngine(
            f"The {group.noun} {point.name!r} cannot be imported ({cause}); "
            f"install what it needs, or try another of {list(installed(group))}."
        ) from cause
    return builder


def _misfit(group: Group, name: str) -> UnknownEngine:
    return UnknownEngine(
        f"The engine {name!r} does not fulfil the contract of {group.noun}s; see engines/contracts.py."
    )
