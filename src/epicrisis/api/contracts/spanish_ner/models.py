"""The ten models of contract N: what each is called, the label set it is here, and the class it answers with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from epicrisis.api.problems import Problem
from epicrisis.domain.naming import SPANISH_TYPES

BASE = "_base"

_CLASSES = {
    "symptoms": "SINTOMA",
    "species": "SPECIES",
    "procedures": "PROCEDIMIENTO",
    "medications": "FARMACO",
    "diseases": "ENFERMEDAD",
}

CLASSES: Mapping[str, str] = {name + edition: _CLASSES[name] for name in SPANISH_TYPES for edition in ("", BASE)}
"""The class of each model, by its name, which is that of its label set."""

# The original misspelt it, and its clients do.
_ALSO = {"precedures": "procedures", "precedures" + BASE: "procedures" + BASE}
NAMES = (*CLASSES, *_ALSO)

USUAL = SPANISH_TYPES
"""What answers where nobody names a model: all five, each trained with clinical notes."""

UNKNOWN_MODEL = Problem(
    400,
    "unknown-model",
    "There is no such model",
    f"Send one of {', '.join(CLASSES)} (precedures is understood too), several with commas, or none for all five.",
)


class UnknownModel(Exception):
    """A name that none of the ten models has."""


def models_named(said: Iterable[str]) -> tuple[str, ...]:
    """Return the models that ``said`` names, once each and in its order; each of it may name several, with commas.

    Raises:
        UnknownModel: one of the names is none of theirs.
    """
    names = [name.strip().lower() for each in said for name in each.split(",")]
    models = tuple(dict.fromkeys(_ALSO.get(name, name) for name in names if name))
    if not set(models) <= CLASSES.keys():
        raise UnknownModel
    return models
