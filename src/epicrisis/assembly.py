"""The only builder: settings in, a pipeline of services out."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from epicrisis import __version__
from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assessments import Assessment
from epicrisis.domain.identifiers import Identified
from epicrisis.domain.naming import Named
from epicrisis.domain.redactions import Policy
from epicrisis.engines import registry
from epicrisis.engines.contracts import EngineCard, IdentifierEngine
from epicrisis.engines.privacy.patterns.engine import PatternIdentifierEngine
from epicrisis.errors import InvalidSettings, StorageError
from epicrisis.services.annotate import Annotate
from epicrisis.services.answers import Memory, SharedAnswers, Shelf
from epicrisis.services.assess import Assess, Question
from epicrisis.services.choosing import chosen, learnt_identifiers
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.core import Core
from epicrisis.services.entities import Entities
from epicrisis.services.feedback import Feedback, FeedbackStore
from epicrisis.services.identify import Identify
from epicrisis.services.intake import Intake
from epicrisis.services.label import Label
from epicrisis.services.observing import UNOBSERVED, Observer
from epicrisis.services.outcomes import Failure
from epicrisis.services.readers import ByLanguage
from epicrisis.settings import Settings, load_settings

if TYPE_CHECKING:
    from epicrisis.engines.assertion.hugging_face.engine import HuggingFaceAssertionEngine
    from epicrisis.services.audit import Audit
    from epicrisis.services.deidentify import Deidentify
    from epicrisis.services.key_records import Secret
    from epicrisis.services.keys import Keys
    from epicrisis.services.redaction_log import RedactionLog
    from epicrisis.services.reseal import Reseal
    from epicrisis.services.sealed_identifiers import Reidentify
    from epicrisis.services.seals import Seals
    from epicrisis.services.spooling import Drains
    from epicrisis.services.tally import Tally
    from epicrisis.storage.crypto import KeyRing
    from epicrisis.storage.opening import Stores
    from epicrisis.telemetry.metrics import Metrics
    from epicrisis.telemetry.tracing import Traces


class Pipeline:
    """Everything a user can ask for, in plain calls; the services themselves stand beside for who needs ``await``."""

    def __init__(
        self,
        *,
        intake: Intake,
        annotation: Annotate,
        assessment: Assess,
        labelling: Label,
        core: Core,
        finders: ByLanguage[IdentifierEngine] | None = None,
    ) -> None:
        self.intake = intake
        self.annotation = annotation
        self.assessment = assessment
        self.labelling = labelling
        # Whatever reads the notes of a language names what they speak of.
        self.entities = Entities(readers=annotation.readers, core=core)
        self.identify = Identify(patterns=PatternIdentifierEngine(), learnt=finders or ByLanguage({}), core=core)
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

    def identifiers(self, texts: Iterable[str], *, language: str | None = None) -> list[Identified | Failure]:
        """Return what says whose note each text is, in order: names, numbers, dates and places, each with its reason.

        What looks like one and stays is told beside them. What cannot be read is a ``Failure`` beside the others.
        """
        return self.identify.many(
            [self.intake.attempt(text, id=str(number), language=language) for number, text in enumerate(texts, 1)]
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
    readers_by_name = {"en": settings.reader, **({"es": spanish} if spanish else {})}
    engines = chosen(
        readers=readers_by_name,
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
        finders=learnt_identifiers(readers_by_name),
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


def _audit() -> Audit:
    from epicrisis.services.audit import Audit
    from epicrisis.storage.memory import MemoryAudit, MemorySecret

    return Audit(MemoryAudit(), MemorySecret())


def _memory_secret() -> Secret:
    from epicrisis.storage.memory import MemorySecret

    return MemorySecret()


def _policies(folder: Path | None = None) -> Mapping[str, Policy]:
    from epicrisis.engines.privacy.policies import all_policies

    return all_policies(folder)


def _opinions() -> FeedbackStore:
    from epicrisis.storage.memory import MemoryFeedback

    return MemoryFeedback()


def _redactions() -> RedactionLog:
    from epicrisis.storage.memory import MemoryRedactionLog

    return MemoryRedactionLog()


@dataclass(frozen=True, slots=True)
class Services:
    """What a server is handed: the pipeline, and whatever answers only make sense over a network."""

    pipeline: Pipeline
    metrics: Metrics = field(default_factory=_metrics)
    keys: Keys = field(default_factory=_keys)
    tally: Tally = field(default_factory=_tally)
    opinions: FeedbackStore = field(default_factory=_opinions)
    audit: Audit = field(default_factory=_audit)
    redactions: RedactionLog = field(default_factory=_redactions)
    # None where nothing is kept: in tests.
    stores: Stores | None = None
    # None where the library that encrypts is not installed.
    seals: Seals | None = None
    # What invented names, moved dates and pseudonyms are made with, and what asks for them.
    secret: Secret = field(default_factory=_memory_secret)
    policies: Mapping[str, Policy] = field(default_factory=_policies)
    traces: Traces | None = None

    def feedback(self) -> Feedback:
        """Return what keeps and counts opinions about the engines that answer here."""
        pipeline = self.pipeline
        engines = (pipeline.labelling.labellers, pipeline.annotation.readers, pipeline.assessment.judges)
        return Feedback(
            store=self.opinions, counts=self.metrics, engines=[card for each in engines for card in each.cards]
        )

    def deidentify(self) -> Deidentify:
        """Return what hides who a note is about, and keeps a record of it."""
        from epicrisis.services.deidentify import Deidentify

        return Deidentify(
            identify=self.pipeline.identify,
            cards=_looking(self.pipeline.identify),
            policies=self.policies,
            secret=self.secret,
            seals=self.seals,
            audit=self.audit,
            log=self.redactions,
            counts=self.metrics,
        )

    def reidentify(self) -> Reidentify:
        """Return what opens identifiers that were sealed."""
        from epicrisis.services.sealed_identifiers import Reidentify

        return Reidentify(seals=self.seals, audit=self.audit)

    def aside(self) -> list[Drains]:
        """Return whatever keeps records aside while the database is down."""
        from epicrisis.services.spooling import SpoolingAudit, SpoolingRedactionLog

        logs = (self.audit, self.redactions)
        return [each for each in logs if isinstance(each, SpoolingAudit | SpoolingRedactionLog)]


def serving(settings: Settings) -> Services:
    """Return what a server needs, as ``settings`` describe it; raises as ``load`` does."""
    metrics = _metrics(settings.data.expanduser())
    pipeline = load(settings, observer=metrics)
    for card in (*pipeline.annotation.readers.cards, *pipeline.assessment.judges.cards):
        metrics.introduce(card, version=__version__)
    encrypted = bool(settings.encryption_keys.get_secret_value())
    seals = sealing(settings) if encrypted or _can_seal() else None
    stores = _stores(settings)
    _refuse_missing_keys(settings, stores, seals)
    audit, redactions = audit_log(settings, stores), stores.redactions
    if stores.remote and not settings.strict_audit:
        audit, redactions = _spooling(settings, stores)
    return Services(
        pipeline=pipeline,
        metrics=metrics,
        keys=key_ring(settings, stores, audit),
        tally=_tally(settings.redis_url.get_secret_value()),
        opinions=_sealed(stores.opinions, seals if encrypted else None),
        audit=audit,
        redactions=redactions,
        stores=stores,
        seals=seals,
        secret=_secret(settings),
        policies=_policies(settings.policies),
        traces=_traces() if settings.tracing else None,
    )


def key_ring(settings: Settings, stores: Stores | None = None, audit: Audit | None = None) -> Keys:
    """Return the API keys of the installation ``settings`` describe; no file is made before one is needed.

    Raises:
        InvalidSettings: the secret key is too short to be one, or the address of the database is none.
        MissingDependency: PostgreSQL is asked for, and what speaks to it is not installed.
    """
    from epicrisis.services.keys import Keys

    stores = stores or _stores(settings)
    return Keys(stores.keys, _secret(settings), audit=audit or audit_log(settings, stores))


def audit_log(settings: Settings, stores: Stores | None = None) -> Audit:
    """Return the audit log of the installation ``settings`` describe; no file is made before something is recorded.

    Raises:
        InvalidSettings: the secret key is too short to be one, or the address of the database is none.
        MissingDependency: PostgreSQL is asked for, and what speaks to it is not installed.
    """
    from epicrisis.services.audit import Audit

    return Audit((stores or _stores(settings)).audit, _secret(settings))


def sealing(settings: Settings) -> KeyRing:
    """Return what encrypts what is kept: with the keys of ``settings``, or with one that belongs to the secret key.

    Raises:
        InvalidSettings: a key is no 32 random bytes, or the secret key is too short to be one.
        MissingDependency: the library that encrypts is not installed.
    """
    from epicrisis.storage.crypto import KeyRing, encryption_keys

    return KeyRing(encryption_keys(settings.encryption_keys.get_secret_value()), secret=_secret(settings))


def resealing(settings: Settings) -> Reseal:
    """Return what seals anew, with the first of the encryption keys, whatever this installation keeps; raises as above.

    Raises:
        InvalidSettings: no encryption key is set.
    """
    from epicrisis.services.reseal import Reseal

    if not settings.encryption_keys.get_secret_value():
        raise InvalidSettings(
            "There is no key to encrypt with; set EPICRISIS_ENCRYPTION_KEYS, the new key first and the old ones behind."
        )
    return Reseal([_stores(settings).said_by], sealing(settings))


def _stores(settings: Settings) -> Stores:
    from epicrisis.storage.opening import stores_in

    return stores_in(
        settings.data, database_url=settings.database_url.get_secret_value(), embedded=settings.embedded_postgres
    )


def _spooling(settings: Settings, stores: Stores) -> tuple[Audit, RedactionLog]:
    """Return the logs of a server that goes on while its database is down."""
    from epicrisis.services.spooling import SpoolingAudit, SpoolingRedactionLog
    from epicrisis.storage.spool import FileSpool

    seals = sealing(settings)
    return (
        SpoolingAudit(stores.audit, _secret(settings), spool=FileSpool(settings.data, "audit", seals)),
        SpoolingRedactionLog(stores.redactions, spool=FileSpool(settings.data, "redactions", seals)),
    )


def deidentification(settings: Settings, pipeline: Pipeline, *own: Policy) -> Deidentify:
    """Return what hides who a note is about, for whoever holds the notes: nothing is recorded.

    It has the policies of ``settings`` and those given, and the secret of the installation, made on first need.

    Raises:
        InvalidPolicy: a policy of the installation breaks the rules.
        InvalidSettings: the secret key is too short to be one.
    """
    from epicrisis.services.deidentify import Deidentify

    return Deidentify(
        identify=pipeline.identify,
        cards=_looking(pipeline.identify),
        policies={**_policies(settings.policies), **{policy.name: policy for policy in own}},
        secret=_secret(settings),
        seals=sealing(settings) if _can_seal() else None,
    )


def _looking(identify: Identify) -> Callable[[str], list[EngineCard]]:
    """Return what tells which engines look for the identifiers of a language; none is built for that."""
    patterns, learnt = identify.patterns.card, identify.learnt
    return lambda language: [patterns, *([learnt.card(language)] if language in learnt.languages else [])]


def _secret(settings: Settings) -> Secret:
    from epicrisis.storage.secret import InstallationSecret

    return InstallationSecret(settings.secret_key.get_secret_value(), settings.data)


def _can_seal() -> bool:
    return find_spec("cryptography") is not None


def _sealed(store: FeedbackStore, seals: Seals | None) -> FeedbackStore:
    from epicrisis.storage.sealed import SealedFeedback

    return SealedFeedback(store, seals)


def _refuse_missing_keys(settings: Settings, stores: Stores, ring: KeyRing | None) -> None:
    """Refuse to start where what was sealed could not be opened.

    Raises:
        InvalidSettings: the keys it was sealed with are not all at hand.
    """
    used = list[str]()
    # What cannot be read is told to whoever needs it: the server answers without.
    with suppress(StorageError):
        used = stores.said_by.key_ids()
    if not stores.remote:
        stores.database.close()
    if used:
        (ring or sealing(settings)).require(used)
