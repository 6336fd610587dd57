"""Reads clinical text: problems, tests, procedures and drugs, each with its status and the words that decided it.

>>> import epicrisis
>>> pipeline = epicrisis.load()
>>> note = pipeline.annotate("The patient denies chest pain.")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from epicrisis.assembly import Pipeline, load
    from epicrisis.domain.annotations import AnnotatedDocument
    from epicrisis.domain.assertions import Assertion, Cue, Experiencer, Status, Temporality
    from epicrisis.domain.assessments import Assessment
    from epicrisis.domain.documents import Document
    from epicrisis.domain.findings import Entity, EntityLabel
    from epicrisis.domain.naming import Named
    from epicrisis.domain.spans import Span
    from epicrisis.errors import EpicrisisError
    from epicrisis.services.assess import Question
    from epicrisis.services.outcomes import Failure
    from epicrisis.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "AnnotatedDocument",
    "Assertion",
    "Assessment",
    "Cue",
    "Document",
    "Entity",
    "EntityLabel",
    "EpicrisisError",
    "Experiencer",
    "Failure",
    "Named",
    "Pipeline",
    "Question",
    "Settings",
    "Span",
    "Status",
    "Temporality",
    "__version__",
    "load",
]

# Whoever needs one name waits for its module only: `import epicrisis` loads nothing but this page.
_HOMES = {
    "AnnotatedDocument": "domain.annotations",
    "Assertion": "domain.assertions",
    "Assessment": "domain.assessments",
    "Cue": "domain.assertions",
    "Document": "domain.documents",
    "Entity": "domain.findings",
    "EntityLabel": "domain.findings",
    "EpicrisisError": "errors",
    "Experiencer": "domain.assertions",
    "Failure": "services.outcomes",
    "Named": "domain.naming",
    "Pipeline": "assembly",
    "Question": "services.assess",
    "Settings": "settings",
    "Span": "domain.spans",
    "Status": "domain.assertions",
    "Temporality": "domain.assertions",
    "load": "assembly",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'epicrisis' has no attribute {name!r}")
    value = getattr(import_module(f"epicrisis.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
