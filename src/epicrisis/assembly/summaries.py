"""What summarises patients: the EHRs of an installation, what reads notes, and the models that may word a summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from epicrisis.assembly.ehr import patient_records
from epicrisis.domain.documents import Document
from epicrisis.domain.patients import ClinicalNote
from epicrisis.errors import GenerationFailed
from epicrisis.services.coding import linked
from epicrisis.services.outcomes import Failure
from epicrisis.settings import Settings

if TYPE_CHECKING:
    from threading import Event

    from epicrisis.assembly.pipeline import Pipeline
    from epicrisis.domain.records import Code, NoteRecord
    from epicrisis.domain.summaries import Baseline, Delta, Mode, SummarySection
    from epicrisis.engines.record_contracts import Mention
    from epicrisis.engines.summary.models.catalogue import Catalogue
    from epicrisis.services.deidentify import Deidentify
    from epicrisis.services.patient_summary import SummarizePatient
    from epicrisis.services.summary_modes import FindWriter, Narrated

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
            find=writers(models or models_of(settings), scrubbing(deidentify, settings.summary_policy)),
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


Scrub = Callable[[Sequence[str], str], list[str]]
"""Returns texts in a language without the identifiers in them."""


def scrubbing(deidentify: Callable[[], Deidentify], policy: str) -> Scrub | None:
    """Return what takes identifiers out of what leaves this process; nothing where no ``policy`` says so."""
    if not policy:
        return None

    def scrub(texts: Sequence[str], language: str) -> list[str]:
        documents = [Document(id=str(number), text=text, language=language) for number, text in enumerate(texts)]
        redacted = deidentify().many(documents, policy=policy)
        if any(isinstance(each, Failure) for each in redacted):
            # What cannot be redacted does not leave; the rules have it in words of their own.
            raise GenerationFailed("A sentence could not be redacted, so nothing was sent to the model.")
        return [each.document.text for each in redacted if not isinstance(each, Failure)]

    return scrub


def writers(models: Catalogue, scrub: Scrub | None) -> FindWriter:
    """Return what finds the model that is to word a summary."""
    return lambda model, model_type: _Wording(models, scrub, model, model_type)


@dataclass(slots=True)
class _Wording:
    """A model of the catalogue, which is loaded when it writes; it is sent no identifier out of this process."""

    models: Catalogue
    scrub: Scrub | None
    model: str
    model_type: str
    name: str = ""

    def write(
        self,
        plan: Sequence[SummarySection],
        *,
        baseline: Baseline,
        delta: Delta,
        mode: Mode,
        language: str,
        stop: Event,
        seconds: float,
        progress: Callable[[float], None],
    ) -> Narrated:
        from epicrisis.engines.summary.narration.narrating import must_be_told, narrate
        from epicrisis.engines.summary.verifying.verifier import Verifier
        from epicrisis.services.summary_modes import Narrated

        with self.models.borrowed(self.model, self.model_type) as model:
            self.name = f"{model.card.name}/{model.card.version}"
            told = plan
            if self.scrub is not None and model.card.leaves_process:
                told = _scrubbed(plan, self.scrub, language)
            narration = narrate(
                told,
                model=model,
                mode=mode,
                language=language,
                verify=Verifier(baseline, delta, told, language=language).check,
                must=must_be_told(baseline),
                stop=stop.is_set,
                seconds=seconds,
                progress=lambda done, _: progress(done),
            )
        return Narrated(narration.sections, narration.unsupported, narration.kept, narration.is_whole)


def _scrubbed(plan: Sequence[SummarySection], scrub: Scrub, language: str) -> list[SummarySection]:
    texts = iter(scrub([statement.text for section in plan for statement in section.statements], language))
    return [
        replace(section, statements=tuple(replace(statement, text=next(texts)) for statement in section.statements))
        for section in plan
    ]
