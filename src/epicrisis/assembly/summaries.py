"""What summarises patients: the EHRs of an installation, what reads notes, and the models that may word a summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from epicrisis.assembly.ehr import patient_records
from epicrisis.domain.documents import Document
from epicrisis.domain.patients import ClinicalNote
from epicrisis.services.coding import linked
from epicrisis.services.outcomes import Failure
from epicrisis.settings import Settings

if TYPE_CHECKING:
    from epicrisis.assembly.pipeline import Pipeline
    from epicrisis.domain.records import Code, NoteRecord
    from epicrisis.engines.record_contracts import Mention
    from epicrisis.engines.summary.models.catalogue import Catalogue
    from epicrisis.services.deidentify import Deidentify
    from epicrisis.services.patient_summary import SummarizePatient
    from epicrisis.services.scrubbing import Scrubbing
    from epicrisis.services.summary_modes import FindWriter

# A model takes every core it is given: one writes, and few wait for it.
_WAITING_FOR_A_MODEL = 8
# What may wait to be read: two hundred streams at once are no crowd, and a record takes some hundredths of a second.
_WAITING_TO_BE_READ = 256


def summarizing(
    settings: Settings,
    pipeline: Callable[[], Pipeline],
    deidentify: Callable[[], Deidentify],
    *,
    models: Catalogue | None = None,
) -> SummarizePatient:
    """Return what summarises patients, as ``settings`` say; a model is loaded when it is first asked for.

    So is the ``pipeline``, with the first note, and what hides identities with the first model elsewhere.
    """
    from epicrisis.formats.contained.limits import Limits
    from epicrisis.services.hands import Hands
    from epicrisis.services.patient_summary import SummarizePatient
    from epicrisis.services.reading_notes import ReadingNotes
    from epicrisis.services.summary_modes import Writing

    reads = _Reads(pipeline)
    notes = ReadingNotes(extract=reads, take_in=reads.take_in, most=settings.summary_notes)
    return SummarizePatient(
        records=patient_records(settings) if settings.ehrs else None,
        notes=notes if settings.summary_notes else None,
        writing=Writing(
            find=writers(models or models_of(settings), scrubbing(settings, deidentify)),
            hands=Hands(threads=1, waiting=_WAITING_FOR_A_MODEL, name="model"),
        ),
        hands=Hands(threads=settings.workers, waiting=_WAITING_TO_BE_READ, name="summary"),
        limits=Limits(file_bytes=settings.max_upload_bytes, seconds=settings.file_seconds),
        fast_seconds=settings.ehr_fast_seconds,
        extended_seconds=settings.ehr_extended_seconds,
        deadline_seconds=settings.file_seconds,
        note_seconds=settings.summary_note_seconds,
        model_seconds=settings.summary_model_seconds,
    )


@dataclass(frozen=True, slots=True)
class _Reads:
    """Reads the notes inside a record, each under the name of its resource."""

    pipeline: Callable[[], Pipeline]

    def take_in(self, note: ClinicalNote) -> Document | Failure:
        # What the text says of its language, and not its record: many are set to one for all notes, and "niega fiebre"
        # read as English is a fever.
        return self.pipeline().intake.attempt(note.document.text, id=note.source.reference)

    async def batch(self, documents: Sequence[Document | Failure]) -> list[NoteRecord | Failure]:
        return await self.pipeline().extraction.batch(documents)

    def link(self, mentions: Sequence[Mention]) -> Sequence[Sequence[Code]]:
        return linked(mentions, self.pipeline().extraction.linkers, most=1)


@lru_cache(maxsize=1)
def models_of(settings: Settings) -> Catalogue:
    """Return the language models of an installation, none loaded yet: one budget for all who have them write."""
    from epicrisis.engines.summary.models.catalogue import Catalogue
    from epicrisis.engines.summary.models.endpoint import PRIVATE, Endpoint

    return Catalogue(
        model=settings.summary_model,
        kind=settings.summary_model_type,
        folder=settings.summary_models,
        endpoints=[
            Endpoint(
                each.alias,
                each.url,
                each.model,
                key=each.key.get_secret_value(),
                context_tokens=each.context_tokens,
                networks=each.networks or PRIVATE,
            )
            for each in settings.summary_endpoints
        ],
        budget_bytes=settings.summary_model_bytes,
        context_tokens=settings.summary_model_context,
        threads=settings.summary_model_threads,
    )


def scrubbing(settings: Settings, deidentify: Callable[[], Deidentify]) -> Scrubbing:
    """Return what takes identifiers out of what a language model reads."""
    from epicrisis.services.scrubbing import Scrubbing

    return Scrubbing(deidentify, policy=settings.summary_policy, spares_own=settings.summary_spares_own_model)


def writers(models: Catalogue, scrub: Scrubbing) -> FindWriter:
    """Return what finds the model that is to word a summary; it is loaded when it writes."""
    from epicrisis.services.wording import Wording

    return lambda model, model_type: Wording(partial(models.borrowed, model, model_type), scrub)
