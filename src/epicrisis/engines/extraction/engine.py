"""One record of a note, by rules over what the reader found: every item with its words and places."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Status
from epicrisis.domain.records import Medication, NoteRecord, spans_of
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.extraction.findings.problems import problems
from epicrisis.engines.extraction.findings.procedures import procedures
from epicrisis.engines.extraction.follow_up import follow_up
from epicrisis.engines.extraction.history.allergies import allergies
from epicrisis.engines.extraction.history.demographics import demographics
from epicrisis.engines.extraction.history.family import family
from epicrisis.engines.extraction.history.social import social
from epicrisis.engines.extraction.lists import LANGUAGES, primary
from epicrisis.engines.extraction.measurements.reader import measurements
from epicrisis.engines.extraction.medications.reader import medications
from epicrisis.engines.extraction.note import Note
from epicrisis.engines.extraction.places import Places
from epicrisis.errors import UnknownLanguage

_CARD = EngineCard(
    name="rules",
    version="1",
    summary="Writes one record of what the reader found in a note, by rules over its entities, sections and words.",
    languages=LANGUAGES,
    limits=(
        "Holds what the reader found, and misses what it missed.",
        "One problem may stand twice where a note names it by words that share nothing.",
        "Denied use of tobacco, alcohol or drugs is told as never, though a note seldom asks of the past.",
        "A relative who is named two sentences before the disease is not found.",
        "Made for ward notes, letters and discharge reports; a research article has no patient.",
    ),
)


class RecordEngine:
    """Asks every part of a record of the same note, and leaves each thing in one list only."""

    card = _CARD

    def extract(self, note: AnnotatedDocument) -> NoteRecord:
        """Return the record of ``note``, without codes; every list stands in the order of the text.

        What somebody does not bear is no drug they take, what it does to them no problem of its own, and the reason of
        a drug that is taken as needed is not thereby present.

        Raises:
            UnknownLanguage: the note is in a language the rules have no words for.
        """
        read = Note(note)
        if primary(read) not in LANGUAGES:
            raise UnknownLanguage(
                f"The extraction engine 'rules' does not read {read.language!r}; it reads {list(LANGUAGES)}."
            )
        not_borne, none_known = allergies(read)
        measured = measurements(read)
        substances = Places(span for each in not_borne for span in (each.substance.span, *each.mentions))
        drugs = [drug for drug in medications(read) if not substances.overlap(drug.name.span)]
        lived = social(read)
        told = [*spans_of(not_borne), *spans_of(none_known), *(fact.words.span for fact in lived if fact.use is None)]
        found = problems(read, besides=told, reasons=_as_needed(drugs))
        return NoteRecord(
            document_id=note.document.id,
            language=note.document.language,
            problems=found.held,
            denied=found.denied,
            hypothetical=found.hypothetical,
            medications=tuple(drugs),
            measurements=measured,
            procedures=procedures(read, measured=[each.name.span for each in measured]),
            allergies=not_borne,
            no_known_allergies=none_known,
            family=family(read),
            social=lived,
            demographics=demographics(read),
            follow_up=follow_up(read),
            engine=_CARD.name,
            version=_CARD.version,
        )


@cache
def build() -> RecordEngine:
    """Return the engine; it has no state, so there is but one."""
    return RecordEngine()


def _as_needed(drugs: Sequence[Medication]) -> list[Span]:
    """Return the reasons of drugs that are taken as needed: "acetaminophen as needed for pain"."""
    needed = [drug for drug in drugs if drug.status is Status.CONDITIONAL and drug.reason is not None]
    return [drug.reason.span for drug in needed if drug.reason is not None]
