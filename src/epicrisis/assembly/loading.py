"""Settings in, a pipeline out: which engines read which language, how much at a time, and what is remembered."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

from epicrisis import __version__
from epicrisis.assembly.pipeline import Pipeline
from epicrisis.engines import registry
from epicrisis.engines.differential.likeness import SHIPPED as CLAUSE_READERS
from epicrisis.engines.differential.said import SHIPPED_HEADS
from epicrisis.services.annotate import Annotate
from epicrisis.services.answer_memory import Memory, SharedAnswers, Shelf
from epicrisis.services.assess import Assess
from epicrisis.services.choosing import chosen, learnt_identifiers, recorders, summarisers
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.core import Core
from epicrisis.services.intake import Intake
from epicrisis.services.label import Label
from epicrisis.services.observing import UNOBSERVED, Observer
from epicrisis.settings import Settings, load_settings

if TYPE_CHECKING:
    from epicrisis.engines.assertion.hugging_face.engine import HuggingFaceAssertionEngine


def load(settings: Settings | None = None, *, observer: Observer = UNOBSERVED) -> Pipeline:
    """Return the pipeline ``settings`` describe, those of the environment by default; takes no network.

    ``observer`` hears what its core does.

    Raises:
        UnknownEngine: a setting names an engine that is not installed.
        UnknownLanguage: an engine does not read the language it is named for.
        ArtifactError: a card, or a model file of a language that is loaded now, is missing or not what it should be.
        InvalidSettings: an environment variable does not hold what it should.
        MissingDependency: answers shall be shared through Redis, or a model of the hub read, and the extra is missing.
    """
    settings = settings or load_settings()
    spanish = settings.reader_es
    readers_by_name = {"en": settings.reader, **({"es": spanish} if spanish else {})}
    engines = chosen(
        readers=readers_by_name,
        judges={"en": settings.assertion, **({"es": settings.assertion_es or spanish} if spanish else {})},
        second=settings.second_opinion,
        foreign=_foreign(settings.assertion_model, settings.workers) if settings.assertion_model else None,
    )
    engines.load(settings.loaded_at_start)
    tolerance = Tolerance(unsure_below=settings.conflict_unsure_below, sure_from=settings.conflict_sure_from)
    # What is loaded once somebody asks what may explain a case is looked at now: a server with a bad file says so.
    registry.card(registry.Group.DIFFERENTIAL, settings.differential)
    if settings.clauses:
        for language in CLAUSE_READERS.keys() & readers_by_name.keys():
            _ = CLAUSE_READERS[language].card
        _ = SHIPPED_HEADS.card
    core = Core(
        threads=settings.workers,
        queue=settings.queue,
        queue_chars=settings.queue_chars,
        batch_tokens=settings.batch_tokens,
        wait_seconds=settings.batch_wait_ms / 1000,
        deadline_seconds=settings.deadline_seconds,
        observer=observer,
    )
    readers, judges, seconds, memory = engines.readers, engines.judges, engines.seconds, _memory(settings)
    return Pipeline(
        intake=Intake(languages=readers.languages, max_chars=settings.max_chars),
        annotation=Annotate(readers=readers, seconds=seconds, tolerance=tolerance, core=core, memory=memory),
        assessment=Assess(
            readers=readers, judges=judges, seconds=seconds, tolerance=tolerance, core=core, memory=memory
        ),
        labelling=Label(labellers=engines.labellers, core=core, memory=memory, quick=settings.quick_labels),
        core=core,
        finders=learnt_identifiers(readers_by_name),
        recorders=recorders(settings.extraction, readers.languages),
        summarisers=summarisers(settings.summaries, readers.languages),
        linkers=[registry.code_linker(name) for name in settings.codes],
        differential=settings.differential,
        clauses=settings.clauses,
    )


def _foreign(model: str, threads: int) -> HuggingFaceAssertionEngine:
    # Imported here: whoever names no such model never waits for what reads it.
    from epicrisis.engines.assertion.hugging_face.engine import load

    return load(model, threads=threads, engines=registry.installed(registry.Group.ASSERTION))


def _memory(settings: Settings) -> Memory:
    # Without a secret of the installation every process has its own: what it keeps, it alone can find.
    given = settings.secret_key.get_secret_value().encode() or secrets.token_bytes(32)
    return Memory(
        # A key of its own for this use, and another one for each version, which may answer otherwise.
        secret=hmac.digest(given, f"answers of epicrisis {__version__}".encode(), "sha256"),
        shelf=Shelf(entries=settings.cache_entries, seconds=settings.cache_seconds, most_bytes=settings.cache_bytes),
        shared=_shared_answers(settings),
    )


def _shared_answers(settings: Settings) -> SharedAnswers | None:
    url = settings.redis_url.get_secret_value()
    if not url or not settings.cache_entries:
        return None
    from epicrisis.storage.answers import RedisAnswers

    return RedisAnswers(url, seconds=settings.cache_seconds)
