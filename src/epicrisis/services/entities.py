"""Names what documents speak of, in as many label sets as asked for: all of them from one pass over the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.naming import CLINICAL, SPANISH_TYPES, Named
from epicrisis.engines.contracts import EngineCard, NamesEntities, NoteReader
from epicrisis.errors import InvalidInput
from epicrisis.services.answer_memory import Memory
from epicrisis.services.answers import Answers
from epicrisis.services.core import Core
from epicrisis.services.outcomes import Failure, answer_each
from epicrisis.services.queueing import Work
from epicrisis.services.readers import Readers, answer_by_language
from epicrisis.services.wordless import Signature

# What is named where nobody says what.
_USUAL: Mapping[str, Sequence[str]] = {"es": (CLINICAL, *SPANISH_TYPES)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document, and the label sets to name it in; without any, the usual ones of its language."""

    document: Document
    label_sets: tuple[str, ...] = ()


class Entities:
    """The reader of each language names entities; one that knows but the clinical label set answers that one."""

    def __init__(self, *, readers: Readers, core: Core, memory: Memory) -> None:
        self.readers = readers
        work: Work[Wanted, Named] = Work("entities", self._name, document=lambda wanted: wanted.document)
        signature = Signature(readers)
        self._answers = Answers(
            work,
            core=core,
            memory=memory,
            scope=(work.name,),
            about=lambda wanted: (
                signature(wanted.document.language),
                wanted.document.language,
                wanted.document.text,
                wanted.label_sets,
            ),
            kind=Named,
        )

    async def __call__(
        self, documents: Sequence[Document | Failure], label_sets: Sequence[str] = ()
    ) -> list[Named | Failure]:
        """Return what ``many`` returns, read in batches with whatever else waits or, lately, for somebody else.

        Raises:
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        wanted = [_wanted(document, label_sets) for document in documents if isinstance(document, Document)]
        outcomes = iter(await self._answers(wanted))
        return [next(outcomes) if isinstance(document, Document) else document for document in documents]

    def many(self, documents: Sequence[Document | Failure], label_sets: Sequence[str] = ()) -> list[Named | Failure]:
        """Return what each document names, in order; what failed before it came here, or fails here, fails alone.

        A label set the reader of its language does not know fails a document with ``InvalidInput``.
        """
        wanted = [_wanted(document, label_sets) for document in documents if isinstance(document, Document)]
        outcomes = iter(answer_each(self._name, wanted, document=lambda each: each.document))
        return [next(outcomes) if isinstance(document, Document) else document for document in documents]

    def _name(self, wanted: Sequence[Wanted]) -> list[Named | Failure]:
        return answer_by_language(self._name_in, wanted, document=lambda each: each.document)

    def _name_in(self, language: str, wanted: Sequence[Wanted]) -> list[Named | Failure]:
        engine = _namer(self.readers(language))
        # Checked one by one, and not by asking: a label set nobody knows must not cost the others a second reading.
        sets = [_label_sets(engine, each, language) for each in wanted]
        # One pass for whatever anybody asked for; a head more costs next to nothing, a pass more all there is.
        asked = {name for own in sets if not isinstance(own, Failure) for name in own}
        together = [name for name in engine.label_sets if name in asked]
        good = [each.document for each, own in zip(wanted, sets, strict=True) if not isinstance(own, Failure)]
        found = iter(engine.named(good, together))
        return [
            own if isinstance(own, Failure) else _named(each.document, next(found), own, engine.card)
            for each, own in zip(wanted, sets, strict=True)
        ]


class _ClinicalAlone:
    """A note reader as one that names entities: in the one label set it reads notes by."""

    label_sets = (CLINICAL,)

    def __init__(self, reader: NoteReader) -> None:
        self._reader = reader

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        return self._reader.card

    def named(self, documents: Sequence[Document], label_sets: Sequence[str]) -> list[dict[str, list[Entity]]]:
        """Return the entities each document was read with."""
        if not label_sets:
            return [{} for _ in documents]
        return [{CLINICAL: list(read.entities)} for read in self._reader.read(documents)]


def _wanted(document: Document, label_sets: Sequence[str]) -> Wanted:
    return Wanted(document, tuple(dict.fromkeys(label_sets)))


def _namer(reader: NoteReader) -> NamesEntities:
    return reader if isinstance(reader, NamesEntities) else _ClinicalAlone(reader)


def _label_sets(engine: NamesEntities, wanted: Wanted, language: str) -> tuple[str, ...] | Failure:
    """Return the label sets to name ``wanted`` in, or the failure of one that asks for another."""
    known = engine.label_sets
    if not wanted.label_sets:
        return tuple(name for name in _USUAL.get(language, (CLINICAL,)) if name in known) or known
    if set(wanted.label_sets) <= set(known):
        return wanted.label_sets
    told = f"There is no such label set for {language!r}; try some of {list(known)}."
    return Failure.of(wanted.document.id, InvalidInput(told))


def _named(
    document: Document, found: Mapping[str, Sequence[Entity]], label_sets: Sequence[str], card: EngineCard
) -> Named:
    return Named(document, {name: tuple(found[name]) for name in label_sets}, card.name, card.version)
