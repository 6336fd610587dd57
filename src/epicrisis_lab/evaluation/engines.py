"""Which engine a name means: a baseline, an installed engine, or one that is not installed yet."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from epicrisis.engines import registry
from epicrisis.engines.contracts import AssertionEngine, EngineCard, EntityEngine, IdentifierEngine, NamesEntities
from epicrisis.errors import UnknownLanguage
from epicrisis_lab.baselines.entities import KINDS, WORK, Taggers
from epicrisis_lab.baselines.presidio import PRESIDIO, presidio
from epicrisis_lab.errors import MissingCapability
from epicrisis_lab.evaluation.baselines import BASELINES
from epicrisis_lab.evaluation.together import TOGETHER, together


def assertion_engine(name: str, language: str) -> AssertionEngine:
    """Return the engine ``name`` that judges findings.

    ``name`` is a baseline (``medspacy``), an installed engine (``model``, ``rules``), or ``module:function`` for one
    that has no entry point yet, written as an entry point is.

    Raises:
        UnknownEngine: nothing of that name is installed.
        UnknownLanguage: it does not read ``language``.
        MissingCapability: it does not judge findings.
        MissingLibrary: the library of a baseline is not installed.
    """
    if name in KINDS:
        raise MissingCapability(f"The baseline {name} finds entities and judges none; try the task entities.")
    if name not in BASELINES and ":" not in name:
        return registry.assertion_engine(name, language)
    engine = BASELINES[name]() if name in BASELINES else built(name)
    if not isinstance(engine, AssertionEngine):
        raise MissingCapability(f"{name} does not build an assertion engine; it needs a card and assess().")
    _check_language(engine.card, name, language)
    return engine


def entity_engine(name: str, language: str, work: Path = WORK) -> EntityEngine | NamesEntities:
    """Return the engine ``name`` that finds entities; names and errors as for ``assertion_engine``.

    The baselines ``crf`` and ``bilstm-crf`` read with the weights below ``work``.
    """
    if name in BASELINES:
        raise MissingCapability(f"The baseline {name} judges given findings and finds none; try the task assertion.")
    if name in KINDS:
        return Taggers(name, language, work)
    if ":" not in name:
        return registry.entity_engine(name, language)
    engine = built(name)
    if not isinstance(engine, EntityEngine | NamesEntities):
        raise MissingCapability(f"{name} does not build an entity engine; it needs a card, and extract() or named().")
    _check_language(engine.card, name, language)
    return engine


def identifier_engine(name: str, language: str) -> IdentifierEngine:
    """Return the engine ``name`` that finds identifiers; names and errors as for ``assertion_engine``.

    The baseline is ``presidio``; ``together`` is what a redaction hears, the patterns and the learnt engine as one.
    """
    if name in BASELINES or name in KINDS:
        raise MissingCapability(f"The baseline {name} finds no identifiers; try `--baseline {PRESIDIO}`.")
    own = {PRESIDIO: presidio, TOGETHER: together}
    if name not in own and ":" not in name:
        return registry.identifier_engine(name, language)
    engine = own[name](language) if name in own else built(name)
    if not isinstance(engine, IdentifierEngine):
        raise MissingCapability(f"{name} does not build an identifier engine; it needs a card and find().")
    _check_language(engine.card, name, language)
    return engine


def built(name: str) -> object:
    """Return what the function ``name`` names builds, written ``package.module:function``.

    Raises:
        MissingCapability: it cannot be imported.
    """
    module, _, function = name.partition(":")
    try:
        built: object = getattr(import_module(module), function)()
    except (ImportError, AttributeError) as cause:
        raise MissingCapability(f"{name} cannot be imported ({cause}); write it as package.module:function.") from cause
    return built


def _check_language(card: EngineCard, name: str, language: str) -> None:
    if language not in card.languages:
        raise UnknownLanguage(f"The engine {name} does not read {language!r}; it reads {list(card.languages)}.")
