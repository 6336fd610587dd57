"""Identifiers as a tagging head of an encoder names them: the label set of a corpus, told in our kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.engines import reader, registry
from epicrisis.engines.contracts import EngineCard, NamesEntities
from epicrisis.engines.privacy.conventions import by_convention
from epicrisis.engines.privacy.left_out import with_left_out
from epicrisis.engines.privacy.mending import mended, pattern_of, years
from epicrisis.engines.privacy.patterns.engine import patterns
from epicrisis.engines.privacy.patterns.joining import joined
from epicrisis.errors import UnknownEngine

K = IdentifierKind

# MEDDOCAN (Marimon et al., 2019) in our kinds. A sex is no identifier of ours, and a relative is one by name only.
MEDDOCAN: Mapping[str, IdentifierKind] = {
    "CALLE": K.LOCATION,
    "CENTRO_SALUD": K.ORGANIZATION,
    "CORREO_ELECTRONICO": K.EMAIL,
    "EDAD_SUJETO_ASISTENCIA": K.AGE,
    "FAMILIARES_SUJETO_ASISTENCIA": K.ID,
    "FECHAS": K.DATE,
    "HOSPITAL": K.ORGANIZATION,
    "ID_ASEGURAMIENTO": K.HEALTH_PLAN,
    "ID_CONTACTO_ASISTENCIAL": K.ID,
    "ID_EMPLEO_PERSONAL_SANITARIO": K.ID,
    "ID_SUJETO_ASISTENCIA": K.MRN,
    "ID_TITULACION_PERSONAL_SANITARIO": K.LICENSE,
    "INSTITUCION": K.ORGANIZATION,
    "NOMBRE_PERSONAL_SANITARIO": K.NAME,
    "NOMBRE_SUJETO_ASISTENCIA": K.NAME,
    "NUMERO_FAX": K.FAX,
    "NUMERO_TELEFONO": K.PHONE,
    "OTROS_SUJETO_ASISTENCIA": K.ID,
    "PAIS": K.LOCATION,
    "PROFESION": K.PROFESSION,
    "SEXO_SUJETO_ASISTENCIA": K.ID,
    "TERRITORIO": K.LOCATION,
}
_RELATIVES = "FAMILIARES_SUJETO_ASISTENCIA"
# What the patterns know the ends of better than the head does, by the name of the pattern; chosen by the strict F1 on
# the development part of MEDDOCAN.
_EXACT: Mapping[str, str] = {
    "age": "EDAD_SUJETO_ASISTENCIA",
    "date-figures": "FECHAS",
    "email": "CORREO_ELECTRONICO",
    "fax": "NUMERO_FAX",
    "kin": _RELATIVES,
    "label-fax": "NUMERO_FAX",
    "label-phone": "NUMERO_TELEFONO",
    "phone": "NUMERO_TELEFONO",
    "street": "CALLE",
    "year": "FECHAS",
    "zip": "TERRITORIO",
}
# What the patterns tell by capitals alone, and so together with the address behind it.
_GUESSED = frozenset({K.NAME, K.ORGANIZATION})
_FACTS = {
    "SEXO_SUJETO_ASISTENCIA": "a sex is a finding, and identifies nobody",
    _RELATIVES: "a relation without a name is a finding, and identifies nobody",
}


def clinical_fact(found: Identifier) -> str | None:
    """Return why ``found`` is a fact a note is read for rather than an identifier, or ``None`` where it is one."""
    return _FACTS.get(found.sub or "") if found.kind is IdentifierKind.ID else None


class TaggedIdentifierEngine:
    """Finds identifiers with one label set of a reader; each keeps the label of the corpus as ``sub``.

    Where the form of a thing is exact, the patterns say where it begins and ends: those ``exact`` names, by its label.
    """

    def __init__(
        self,
        reader: NamesEntities,
        label_set: str,
        kinds: Mapping[str, IdentifierKind],
        exact: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._reader = reader
        self._label_set = label_set
        self._kinds = kinds
        self._exact = exact

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        return self._reader.card

    def find(self, documents: Sequence[Document]) -> list[list[Identifier]]:
        """Return the identifiers of each document, in order, each in the order of its text.

        Raises:
            UnknownLanguage: the reader does not read the language of a document.
        """
        own = [patterns(document.language).look(document).found if self._exact else () for document in documents]
        return self.find_beside(documents, own)

    def find_beside(
        self, documents: Sequence[Document], known: Sequence[Sequence[Identifier]]
    ) -> list[list[Identifier]]:
        """Return what ``find`` does, for whoever has looked with the patterns already: ``known``; raises as it does."""
        found = self._reader.named(documents, (self._label_set,))
        return [
            self._mended(document, [self._identifier(document, entity) for entity in named[self._label_set]], exact)
            for document, named, exact in zip(documents, found, known, strict=True)
        ]

    def _mended(self, document: Document, read: list[Identifier], exact: Sequence[Identifier]) -> list[Identifier]:
        if not self._exact:
            return read
        text = document.text
        # A hospital and the street behind it overlap where both are guessed, and would be one.
        known = (one for one in exact if one.kind not in _GUESSED or pattern_of(one) in self._exact)
        own = mended(text, read, joined([*known, *years(text, f"{self.card.name}:year")]), self._exact)
        return with_left_out(text, by_convention(text, own), exact, self.card.name)

    def _identifier(self, document: Document, entity: Entity) -> Identifier:
        kind = self._kinds[entity.label]
        # "María", and "hermana María" as well.
        if entity.label == _RELATIVES and any(map(str.isupper, document.quote(entity.span))):
            kind = IdentifierKind.NAME
        why = f"read as {entity.label} by the tagging head '{self._label_set}'"
        return Identifier(entity.span, kind, entity.score, self.card.name, why, entity.label)


@dataclass(frozen=True, slots=True)
class Tagged:
    """What an entry point names: the head of a shipped reader as an identifier engine, built when called."""

    name: str
    shipped: reader.Shipped
    label_set: str
    kinds: Mapping[str, IdentifierKind]
    exact: Mapping[str, str]

    @property
    def card(self) -> EngineCard:
        """Describe the engine, without its weights; raises ``ArtifactError`` where the card cannot be read."""
        return self.shipped.card

    def __call__(self) -> TaggedIdentifierEngine:
        """Build the engine over the reader everybody shares.

        Raises:
            ArtifactError: a file is missing or not what the card says.
        """
        built = registry.note_reader(self.name, self.card.languages[0])
        if not isinstance(built, NamesEntities):
            raise UnknownEngine(f"The reader {self.name!r} names nothing by label sets; see engines/contracts.py.")
        return TaggedIdentifierEngine(built, self.label_set, self.kinds, self.exact)


build_spanish = Tagged("spanish", reader.build_spanish, "meddocan", MEDDOCAN, _EXACT)
