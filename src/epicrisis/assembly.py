"""The only builder: settings in, a pipeline of services out."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from epicrisis import __version__
from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assessments import Assessment
from epicrisis.domain.naming import Named
from epicrisis.engines import registry
from epicrisis.engines.contracts import EngineCard
from epicrisis.services.annotate import Annotate
from epicrisis.services.answers import Memory, SharedAnswers, Shelf
from epicrisis.services.assess import Assess, Question
from epicrisis.services.choosing import chosen
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.core import Core
from epicrisis.services.entities import Entities
from epicrisis.services.feedback import Feedback, FeedbackStore
from epicrisis.services.intake import Intake
from epicrisis.services.label import Label
from epicrisis.services.observing import UNOBSERVED, Observer
from epicrisis.services.outcomes import Failure
from epicrisis.settings import Settings, load_settings

if TYPE_CHECKING:
    from epicrisis.engines.assertion.hugging_face.engine import HuggingFaceAssertionEngine
    from epicrisis.services.keys import Keys
    from epicrisis.services.tally import Tally
    from epicrisis.telemetry.metrics import Metrics
    from epicrisis.telemetry.tracing import Traces


class Pipeline:
    """Everything a user can ask for, in plain calls; the services themselves stand beside for who needs ``await``."""

    def __init__(
        self, *, intake: Intake, annotation: Annotate, assessment: Assess, labelling: Label, core: Core
    ) -> None:
        self.intake = intake
        self.annotation = annotation
        self.assessment = assessment
        self.labelling = labelling
        # Whatever reads the notes of a language names what they speak of.
        self.entities = Entities(readers=annotation.readers, core=core)
        self.core = core

    def annotate(self, text: str, *, id: str | None = None, language: str | None = None) -> AnnotatedDocument:  # noqa: A002
        """Return the note ``text`` with everything found in it.

        Raises:
            InvalidInput: the text cannot be read; the error says why and what to try next.
            UnknownLanguage: no engine at hand reads its language.
        """
        return self.annotation.one(self.intake(text, id=id or "1", language=language))

    def annotate_many(self, texts: Iterable[str], *, language: str | None = None) -> list[AnnotatedDocument | Failure]:
        """Return each note annotated, in order; one that cannot be read is a ``Failure`` beside the others."""
        return self.annotation.many(
            [self.intake.attempt(text, id=str(number), language=language) for number, text in enumerate(texts, 1)]
        )

    def assess(self, texts: Iterable[str | Question], *, language: str | None = None) -> list[Assessment | Failure]:
        """Return what each text, a sentence or a note, says of its findings, in order.

        They are those between ``[entity]`` marks or, where there are none, those the reader finds; offsets count the
        text as it is given. A ``Question`` names the findings it is about, and is checked as a text is. What cannot be
        read is a ``Failure`` beside the others.
        """
        return self.assessment.many(
            [self._question(text, str(number), language) for number, text in enumerate(texts, 1)]
        )

    def named(
        self, texts: Iterable[str], *, label_sets: Iterable[str] = (), language: str | None = None
    ) -> list[Named | Failure]:
        """Return what each text names in ``label_sets``, in order; without any, in the usual ones of its language.

        What cannot be read is a ``Failure`` beside the others, and so is what is asked for by an unknown label set.
        """
        return self.entities.many(
            [self.intake.attempt(text, id=str(number), language=language) for number, text in enumerate(texts, 1)],
            tuple(label_sets),
        )

    async def close(self) -> None:
        """Let go of threads and connections; whoever asks again gets new ones."""
        self.core.close()
        await self.labelling.close()

    def engines(self) -> list[EngineCard]:
        """Return the card of every installed engine, and of the model that judges where a setting names one."""
        cards = registry.cards()
        return [*cards, *(card for card in self.assessment.judges.cards if card not in cards)]

    def _question(self, asked: str | Question, number: str, language: str | None) -> Question | Failure:
        if isinstance(asked, str):
            return Question.attempt(self.intake.attempt(asked, id=number, language=language))
        given = asked.document
        document = self.intake.attempt(given.text, id=given.id, language=given.language)
        return document if isinstance(document, Failure) else asked


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
    engines = chosen(
        readers={"en": settings.reader, **({"es": spanish} if spanish else {})},
        judges={"en": settings.assertion, **({"es": settings.assertion_es or spanish} if spanish else {})},
        second=settings.second_opinion,
        foreign=_foreign(settings.assertion_model, settings.workers) if settings.assertion_model else None,
    )
    engines.load(settings.loaded_at_start)
    tolerance = Tolerance(unsure_below=settings.conflict_unsure_below, sure_from=settings.conflict_sure_from)
    core = Core(
        threads=settings.workers,
        queue=settings.queue,
        queue_chars=settings.queue_chars,
        batch_chars=settings.batch_chars,
        wait_seconds=settings.batch_wait_ms / 1000,
        deadline_seconds=settings.deadline_seconds,
        observer=observer,
    )
    readers, judges, seconds = engines.readers, engines.judges, engines.seconds
    return Pipeline(
        intake=Intake(languages=readers.languages, max_chars=settings.max_chars),
        annotation=Annotate(readers=readers, seconds=seconds, tolerance=tolerance, core=core),
        assessment=Assess(readers=readers, judges=judges, seconds=seconds, tolerance=tolerance, core=core),
        labelling=Label(labellers=engines.labellers, core=core, memory=_memory(settings), quick=settings.quick_labels),
        core=core,
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
        shelf=Shelf(entries=settings.cache_entries, seconds=settings.cache_seconds),
        shared=_shared_answers(settings),
    )


def _shared_answers(settings: Settings) -> SharedAnswers | None:
    url = settings.redis_url.get_secret_value()
    if not url or not settings.cache_entries:
        return None
    from epicrisis.storage.answers import RedisAnswers

    return RedisAnswers(url, seconds=settings.cache_seconds)


def _metrics(folder: Path = Path("/")) -> Metrics:
    # Imported here, so that the library and the other verbs do not wait for what only a server counts with.
    from epicrisis.telemetry.metrics import Metrics

    return Metrics(folder=folder)


def _traces() -> Traces:
    from epicrisis.telemetry.tracing import Traces, provider_of_environment

    return Traces(provider_of_environment(__version__))


def _tally(redis_url: str = "") -> Tally:
    from epicrisis.storage.tally import tally_of

    return tally_of(redis_url)


def _keys() -> Keys:
    from epicrisis.services.keys import Keys
    from epicrisis.storage.memory import MemoryKeys, MemorySecret

    return Keys(MemoryKeys(), MemorySecret())


def _opinions(folder: Path | None = None) -> FeedbackStore:
    if folder is None:
        from epicrisis.storage.memory import MemoryFeedback

        return MemoryFeedback()
    from epicrisis.storage.feedback import SqliteFeedback
    from epicrisis.storage.sqlite import Database

    return SqliteFeedback(Database(folder))


@dataclass(frozen=True, slots=True)
class Services:
    """What a server is handed: the pipeline, and whatever answers only make sense over a network."""

    pipeline: Pipeline
    metrics: Metrics = field(default_factory=_metrics)
    keys: Keys = field(default_factory=_keys)
    tally: Tally = field(default_factory=_tally)
    opinions: FeedbackStore = field(default_factory=_opinions)
    traces: Traces | None = None

    def feedback(self) -> Feedback:
        """Return what keeps and counts opinions about the engines that answer here."""
        pipeline = self.pipeline
        engines = (pipeline.labelling.labellers, pipeline.annotation.readers, pipeline.assessment.judges)
        return Feedback(
            store=self.opinions, counts=self.metrics, engines=[card for each in engines for card in each.cards]
        )


def serving(settings: Settings) -> Services:
    """Return what a server needs, as ``settings`` describe it; raises as ``load`` does."""
    metrics = _metrics(settings.data.expanduser())
    pipeline = load(settings, observer=metrics)
    for card in (*pipeline.annotation.readers.cards, *pipeline.assessment.judges.cards):
        metrics.introduce(card, version=__version__)
    return Services(
        pipeline=pipeline,
        metrics=metrics,
        keys=key_ring(settings),
        tally=_tally(settings.redis_url.get_secret_value()),
        opinions=_opinions(settings.data),
        traces=_traces() if settings.tracing else None,
    )


def key_ring(settings: Settings) -> Keys:
    """Return the API keys of the installation ``settings`` describe; no file is made before one is needed.

    Raises:
        InvalidSettings: the secret key is too short to be one.
    """
    from epicrisis.services.keys import Keys
    from epicrisis.storage.keys import SqliteKeys
    from epicrisis.storage.secret import InstallationSecret
    from epicrisis.storage.sqlite import Database

    secret = InstallationSecret(settings.secret_key.get_secret_value(), settings.data)
    return Keys(SqliteKeys(Database(settings.data)), secret)
